"""Changing a deployment: its settings, its model, or both."""

from __future__ import annotations

import functools
import uuid
from pathlib import Path

import attrs

from oci_mlflow_core.errors import CancelledError, ConflictError, InvalidRequestError, TimedOutError
from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.deployment import MODEL_URI_TAG, CatalogModel, Deployment, FieldChange, LifecycleState
from oci_mlflow_core.planning.desired import OWN_TAGS, changes_between, merged_deployment
from oci_mlflow_core.planning.links import link_tags, unlink_keys
from oci_mlflow_core.planning.plan import (
    AwaitDeployment,
    DeleteModel,
    LinkVersion,
    OrderUpdate,
    Plan,
    SettleLeftover,
    Step,
)
from oci_mlflow_core.planning.without_effect import note_on_infrastructure
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord
from oci_mlflow_core.ports.progress_sink import Step as ShownStep
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime
from oci_mlflow_core.usecases.execution import carry_out
from oci_mlflow_core.usecases.finding import find_deployment, is_ocid
from oci_mlflow_core.usecases.leftovers import Leftover, identified, settle, settle_intent
from oci_mlflow_core.usecases.pipeline import ModelDraft, ModelPipeline, draft_model
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import UpdateDeployment
from oci_mlflow_core.usecases.staying_runtime import staying_runtime
from oci_mlflow_core.usecases.undo import UndoLog
from oci_mlflow_core.usecases.waiting import await_settled

_ENV_PATH = "spec.runtime.spec.env."


def plan_update(ports: Ports, request: UpdateDeployment) -> Plan:
    """What `update_deployment` would do; nothing is changed.

    Raises:
        DeploymentError: What would also stop `update_deployment` before its first step.
    """
    deployment = find_deployment(ports.service.lifecycle, request.name)
    with ports.journal.open(str(ports.target), deployment.name) as entry:
        return _draft(ports, request, deployment, entry).plan


def update_deployment(ports: Ports, request: UpdateDeployment) -> Deployment:
    """Sets what the file mentions, resets what it says ``null``, leaves all else, and returns when that is served.

    The deployment answers all the time; where the change fails, it goes on with what it had.

    Raises:
        NoSuchDeploymentError: There is none of that name.
        DeploymentFailedError: The change did not come up; what had been made for it was removed.
        TimedOutError: The deadline passed; the update goes on.
        DeploymentError: Anything else that went wrong; what had been made was removed, and what could not be is listed.
    """
    deployment = find_deployment(ports.service.lifecycle, request.name)
    with ports.journal.open(str(ports.target), deployment.name) as entry:
        draft = _draft(ports, request, deployment, entry)
        for note in draft.plan.notes:
            ports.progress.note(note)
        with ports.workspaces.open("update") as workspace:
            return _Update(ports, request, draft, entry, workspace).run()


@attrs.frozen(kw_only=True)
class _Draft:
    plan: Plan
    before: Deployment
    current: DesiredDeployment
    desired: DesiredDeployment
    model: ModelDraft | None
    leftovers: tuple[Leftover, ...]


def _draft(ports: Ports, request: UpdateDeployment, deployment: Deployment, entry: JournalEntry) -> _Draft:
    served = deployment.model_id
    _refuse_what_cannot_change(deployment)
    leftovers = tuple(reversed(identified(ports, entry.leftovers)))
    to_settle = tuple(item for item in leftovers if item.deployment is None and item.resource_id != served)
    current = ports.service.lifecycle.describe(deployment.id)
    renamed, notes = _new_name(request, deployment)
    spec = request.loaded.spec
    one_by_one = _gives_variables_one_by_one(request.loaded)
    desired = merged_deployment(current, spec, request.loaded.resets, name=renamed, variables_one_by_one=one_by_one)
    model = _model_draft(ports, request, deployment)
    changes = changes_between(current, desired, request.loaded.from_environment)
    steps: tuple[Step, ...] = tuple(SettleLeftover(record=item.record) for item in to_settle)
    if model or changes:
        steps = (*steps, *(model.steps if model else ()))
        steps = (*steps, OrderUpdate(name=deployment.name, id=deployment.id, changes=changes))
        steps = (*steps, *_after(ports, request, deployment, model))
    if not ports.service_descriptor.shared:
        notes = (*notes, *note_on_infrastructure(spec.infrastructure))
    notes = (*request.loaded.notes, *notes, *(model.environment.notes if model else ()))
    plan = Plan(f"update '{deployment.name}'", steps, notes)
    return _Draft(plan=plan, before=deployment, current=current, desired=desired, model=model, leftovers=leftovers)


def _refuse_what_cannot_change(deployment: Deployment) -> None:
    """A deployment that failed is not brought back by an update, and one in transition has to settle first."""
    if deployment.state in {LifecycleState.FAILED, LifecycleState.CREATING, LifecycleState.DELETING}:
        failed = deployment.state is LifecycleState.FAILED
        why = f": {deployment.lifecycle_details}" if failed and deployment.lifecycle_details else ""
        raise ConflictError(
            f"deployment '{deployment.name}' ({deployment.id}) is {deployment.state} and cannot be updated now{why}",
            "Delete it and create it again." if failed else "Wait until it is ACTIVE.",
        )


def _after(
    ports: Ports, request: UpdateDeployment, deployment: Deployment, model: ModelDraft | None
) -> tuple[Step, ...]:
    steps: tuple[Step, ...] = ()
    if request.options.wait:
        steps = (AwaitDeployment(timeout=request.options.timeout),)
    if model and ports.service_descriptor.shared:
        steps = (*steps, LinkVersion(version=model.facts.version))
    if model and request.options.wait and not request.options.keep_model:
        steps = (*steps, DeleteModel(id=deployment.model_id, reason="if it is no longer served"))
    return steps


def _gives_variables_one_by_one(loaded: LoadedSpec) -> bool:
    """Whether every environment variable that is mentioned is an option of its own."""
    mentioned = [path for path in loaded.mentioned if path.startswith(_ENV_PATH)]
    return bool(mentioned) and all(loaded.where(path) == f"-C {path}" for path in mentioned)


def _new_name(request: UpdateDeployment, deployment: Deployment) -> tuple[str | None, tuple[str, ...]]:
    written = request.loaded.spec.display_name
    if written is None or written == deployment.name:
        return None, ()
    if is_ocid(request.name):
        return written, ()
    where = request.loaded.where("spec.displayName")
    note = (
        f"{where}: spec.displayName '{written}' gives way to --name '{deployment.name}'; "
        "to rename the deployment, name it by its OCID"
    )
    return None, (note,)


def _model_draft(ports: Ports, request: UpdateDeployment, deployment: Deployment) -> ModelDraft | None:
    """The model to bring, where a new one is named or the file says anything about how it is run."""
    runtime = request.loaded.spec.runtime
    says_how = isinstance(runtime, CondaRuntime) and (runtime.uri is not None or runtime.score_code is not None)
    uri = request.model_uri or (deployment.model_uri if says_how else None)
    if uri is None:
        return None
    if not uri:
        raise InvalidRequestError(
            f"deployment '{deployment.name}' does not say which MLflow model it serves",
            "Name the model with --model-uri; the runtime section of the file needs it.",
        )
    loaded = staying_runtime(ports, request.loaded, deployment)
    return draft_model(ports, ports.source.resolve(uri), loaded, request.options)


@attrs.define
class _Update:
    ports: Ports
    request: UpdateDeployment
    draft: _Draft
    entry: JournalEntry
    workspace: Path
    undo: UndoLog = attrs.field(init=False)
    pipeline: ModelPipeline | None = attrs.field(init=False, default=None)
    deployment: Deployment = attrs.field(init=False)
    old_model: JournalRecord | None = attrs.field(init=False, default=None)
    nothing_changed: bool = attrs.field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        settling = functools.partial(settle_intent, self.ports, self.entry)
        self.undo = UndoLog(self.entry, uuid.uuid4().hex, settling)
        self.deployment = self.draft.before
        if self.draft.model:
            self.pipeline = ModelPipeline(self.ports, self.draft.model, self.workspace, self.undo)

    def run(self) -> Deployment:
        carry_out(self.ports, self.draft.plan.steps, self.take, self.undo)
        self.undo.keep()
        self._close_leftovers()
        if self.nothing_changed or not self.draft.plan.steps:
            self.ports.progress.note(f"deployment '{self.deployment.name}' is as it should be; nothing was changed")
        return self.deployment

    def _close_leftovers(self) -> None:
        """Interrupted commands on this deployment and on the model that it served have come to an end with this one."""
        for leftover in self.draft.leftovers:
            if leftover.resource_id in {self.draft.before.id, self.draft.before.model_id}:
                self.entry.settled(leftover.record)

    def take(self, planned: Step, step: ShownStep) -> None:
        match planned:
            case SettleLeftover():
                leftover = next(item for item in self.draft.leftovers if item.record == planned.record)
                settle(self.ports, self.entry, leftover, step)
            case OrderUpdate():
                self._order(planned, step)
            case AwaitDeployment():
                self._await(planned, step)
            case LinkVersion():
                self._link(planned.version)
            case DeleteModel():
                self._delete_old_model(planned, step)
            case _:
                if self.pipeline is None:
                    raise AssertionError(planned)
                self.pipeline.take(planned, step)  # type: ignore[arg-type]

    def _order(self, planned: OrderUpdate, step: ShownStep) -> None:
        desired = self._with_model(self.draft.desired)
        changes = changes_between(self.draft.current, desired, self.request.loaded.from_environment)
        self.nothing_changed = not changes
        if changes:
            self._mark_old_model(desired)
            self.deployment = self.ports.service.lifecycle.update(planned.id, desired, changes)
        step.done(_told(changes))

    def _mark_old_model(self, desired: DesiredDeployment) -> None:
        """Puts the model that will no longer be served into the journal, so that a killed command leaves it known."""
        old = self.draft.before.model_id
        if old != desired.model_id and not self.request.options.keep_model:
            self.old_model = JournalRecord(kind="model", run_id=f"{self.undo.run_id}-before", id=old)
            self.entry.made(self.old_model)

    def _with_model(self, desired: DesiredDeployment) -> DesiredDeployment:
        if self.pipeline is None or self.pipeline.model is None:
            return desired
        uri = self.pipeline.draft.facts.version.pinned_uri
        if self.pipeline.model.id == desired.model_id and desired.freeform_tags.get(MODEL_URI_TAG) == uri:
            return desired
        users = {key: value for key, value in desired.freeform_tags.items() if key not in OWN_TAGS}
        tags = {**users, **self.pipeline.own_tags}
        return attrs.evolve(desired, model_id=self.pipeline.model.id, freeform_tags=tags)

    def _await(self, planned: AwaitDeployment, step: ShownStep) -> None:
        if self.nothing_changed:
            step.done(self.deployment.url)
            return
        try:
            self.deployment = await_settled(self.ports, self.deployment, step, timeout=planned.timeout)
        except TimedOutError:
            self.undo.let_go()
            raise
        except KeyboardInterrupt:
            self.undo.let_go()
            cancelled = CancelledError(f"waiting for the update of deployment '{self.deployment.name}'")
            cancelled.hint = "The update goes on."
            cancelled.leftovers = (f"deployment {self.deployment.id}",)
            raise cancelled from None
        step.done(self.deployment.url)

    def _link(self, version: ModelVersion) -> None:
        if self.draft.before.model_uri not in {"", version.pinned_uri}:
            served = self.ports.source.resolve(self.draft.before.model_uri)
            self.ports.source.unlink(served, unlink_keys(self.draft.before))
        self.ports.source.link(version, link_tags(self.deployment))

    def _delete_old_model(self, planned: DeleteModel, step: ShownStep) -> None:
        if self.old_model is None:
            step.done("stays: it is still served")
            return
        settle(self.ports, self.entry, Leftover(record=self.old_model, model=CatalogModel(id=planned.id)), step)


def _told(changes: tuple[FieldChange, ...]) -> str:
    return "; ".join(str(change) for change in changes if change.path != "modelId") or (
        "the model's artifact" if changes else "no change"
    )
