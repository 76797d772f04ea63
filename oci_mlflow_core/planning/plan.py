"""A plan: the steps of a command in order, each with its reason, before any of them is taken."""

from __future__ import annotations

import attrs

from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.deployment import FieldChange, LifecycleState
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.planning.desired import told
from oci_mlflow_core.planning.edits.groups import EditGroup
from oci_mlflow_core.planning.edits.passes import Order
from oci_mlflow_core.planning.image_steps import BuildImage, CheckImage, UseImage
from oci_mlflow_core.ports.journal import JournalRecord


@attrs.frozen(kw_only=True)
class SettleLeftover:
    """Remove what an interrupted command left."""

    record: JournalRecord

    @property
    def title(self) -> str:
        if self.record.kind == "deactivation":
            return "forget that an interrupted run deactivated the deployment"
        return f"remove the {self.record.kind} that an interrupted run left"

    @property
    def reason(self) -> str:
        return self.record.id or "its id was never learnt; looked up by its tag"


@attrs.frozen(kw_only=True)
class FetchModel:
    """Bring the model's files here."""

    version: ModelVersion

    @property
    def title(self) -> str:
        return "fetch the model"

    @property
    def reason(self) -> str:
        pinned, given = self.version.pinned_uri, self.version.uri
        return pinned if pinned == given else f"{given} is {pinned}"


@attrs.frozen(kw_only=True)
class LockEnvironment:
    """Choose the version of every package."""

    request: EnvironmentRequest
    builder: str
    reason: str

    @property
    def title(self) -> str:
        return f"lock the environment with {self.builder}"


@attrs.frozen(kw_only=True)
class BuildPack:
    """Build, pack and publish the environment; skipped where its pack turns out to be published."""

    builder: str
    reason: str
    #: Where it will be; None while the lock, and with it the version, is not known.
    location: ObjectLocation | None = None
    overwrite: bool = False

    @property
    def title(self) -> str:
        where = f" at {self.location}" if self.location else ""
        return f"build the environment with {self.builder}, pack and publish it{where}"


@attrs.frozen(kw_only=True)
class UsePack:
    """Use a pack that is published already."""

    location: ObjectLocation
    reason: str
    lock: Lock | None = None
    #: Whether it is one of the service's own.
    of_service: bool = False

    @property
    def title(self) -> str:
        return f"use the {'service ' if self.of_service else ''}pack {self.location}"


@attrs.frozen(kw_only=True)
class RegisterModel:
    """Put the model into the catalog, with score.py and runtime.yaml where a pack runs it."""

    display_name: str
    reason: str = "the service serves models of its catalog"

    @property
    def title(self) -> str:
        return f"register the model as '{self.display_name}'"


@attrs.frozen(kw_only=True)
class OrderDeployment:
    """Create the deployment."""

    name: str

    @property
    def title(self) -> str:
        return f"create the deployment '{self.name}'"

    @property
    def reason(self) -> str:
        return "no deployment has that name"


@attrs.frozen(kw_only=True)
class ResumeDeployment:
    """Go on with a deployment that an interrupted run of the same command created."""

    name: str
    id: str

    @property
    def title(self) -> str:
        return f"go on with the deployment '{self.name}'"

    @property
    def reason(self) -> str:
        return f"an interrupted run of the same command created it ({self.id})"


@attrs.frozen(kw_only=True)
class AwaitRest:
    """Wait until what goes on with the deployment has come to an end."""

    name: str
    state: LifecycleState
    #: Seconds.
    timeout: float

    @property
    def title(self) -> str:
        return f"wait until nothing goes on with the deployment '{self.name}'"

    @property
    def reason(self) -> str:
        return f"it is {self.state}"


@attrs.frozen(kw_only=True)
class OrderUpdate:
    """Change the deployment, or one group of its settings."""

    name: str
    id: str
    order: Order = Order.CHANGE
    #: None for all of it at once.
    group: EditGroup | None = None
    #: What of it is known before the model is registered.
    changes: tuple[FieldChange, ...] = ()

    @property
    def title(self) -> str:
        if self.order is not Order.CHANGE:
            return f"{self.order.value} the deployment '{self.name}'"
        return f"update the {self.group} of '{self.name}'" if self.group else f"update the deployment '{self.name}'"

    @property
    def reason(self) -> str:
        if self.order is not Order.CHANGE:
            return "asked for by update-strategy"
        return "; ".join(str(change) for change in told(self.changes)) or "as the model turns out"


@attrs.frozen(kw_only=True)
class AwaitDeployment:
    """Wait until the deployment answers."""

    #: Seconds.
    timeout: float
    #: What is waited for, to follow "wait until".
    until: str = "the deployment answers"

    @property
    def title(self) -> str:
        return f"wait until {self.until}"

    @property
    def reason(self) -> str:
        return f"at most {self.timeout:.0f} s"


@attrs.frozen(kw_only=True)
class LinkVersion:
    """Write on the registered version where it is served."""

    version: ModelVersion

    @property
    def title(self) -> str:
        return f"tag {self.version.pinned_uri} with the deployment"

    @property
    def reason(self) -> str:
        return "so that the registry knows where it is served"


@attrs.frozen(kw_only=True)
class UnlinkVersion:
    """Take the deployment's tags off the registered version."""

    model_uri: str

    @property
    def title(self) -> str:
        return f"take the deployment's tags off {self.model_uri}"

    @property
    def reason(self) -> str:
        return "so that the registry does not name what is gone"


@attrs.frozen(kw_only=True)
class DeleteDeployment:
    """Delete the deployment."""

    name: str
    id: str

    @property
    def title(self) -> str:
        return f"delete the deployment '{self.name}'"

    @property
    def reason(self) -> str:
        return self.id


@attrs.frozen(kw_only=True)
class DeleteModel:
    """Delete a catalog model that was made for the deployment, unless something else serves it."""

    id: str
    reason: str
    #: Whether it is only deleted where the steps before have put another in its place.
    if_replaced: bool = False

    @property
    def title(self) -> str:
        if self.if_replaced:
            return "delete the catalog model that was served before, where another has taken its place"
        return f"delete the catalog model {self.id}"


Step = (
    SettleLeftover
    | FetchModel
    | LockEnvironment
    | BuildPack
    | UsePack
    | CheckImage
    | BuildImage
    | UseImage
    | RegisterModel
    | OrderDeployment
    | ResumeDeployment
    | AwaitRest
    | OrderUpdate
    | AwaitDeployment
    | LinkVersion
    | UnlinkVersion
    | DeleteDeployment
    | DeleteModel
)


@attrs.frozen
class Plan:
    """What a command will do; made by reading alone."""

    #: What it is about, such as ``create 'fraud'``.
    subject: str
    steps: tuple[Step, ...]
    #: What the user should know, whether or not the plan is carried out.
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"plan to {self.subject}:"]
        lines += [
            f"  {number}. {step.title} ({step.reason})" if step.reason else f"  {number}. {step.title}"
            for number, step in enumerate(self.steps, start=1)
        ]
        lines += () if self.steps else ("  nothing to do",)
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])
