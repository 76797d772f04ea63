"""Changing a deployment: its settings, its model, or both. What is to be done; `updating` does it."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import ConflictError, InvalidRequestError
from oci_mlflow_core.model.deployment import MODEL_URI_TAG, RUN_TAG, Deployment, FieldChange, LifecycleState
from oci_mlflow_core.planning.desired import changes_between, merged_deployment
from oci_mlflow_core.planning.edits.passes import plan_passes
from oci_mlflow_core.planning.plan import (
    AwaitDeployment,
    AwaitRest,
    DeleteModel,
    LinkVersion,
    OrderUpdate,
    Plan,
    SettleLeftover,
    Step,
)
from oci_mlflow_core.planning.without_effect import note_on_infrastructure
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.ports.journal import JournalEntry
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime
from oci_mlflow_core.usecases.finding import find_deployment, is_ocid
from oci_mlflow_core.usecases.leftovers import identified
from oci_mlflow_core.usecases.pipeline import ModelDraft, draft_model
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import UpdateDeployment
from oci_mlflow_core.usecases.staying_runtime import staying_runtime
from oci_mlflow_core.usecases.updating import Update, UpdateDraft
from oci_mlflow_core.usecases.waiting import wait_until_settled

_ENV_PATH = "spec.runtime.spec.env."
#: Stands in a plan for the OCID of a model that is yet to be registered.
_NEW_MODEL = "the model of the steps before"
_NEW_RUN = "this run"


def plan_update(ports: Ports, request: UpdateDeployment) -> Plan:
    """What `update_deployment` would do; nothing is changed.

    Raises:
        DeploymentError: What would also stop `update_deployment` before its first step.
    """
    deployment = find_deployment(ports.service.lifecycle, request.name)
    with ports.journal.open(str(ports.target), deployment.name) as entry:
        draft = _draft(ports, request, deployment, entry)
        if deployment.state is not LifecycleState.UPDATING:
            return draft.plan
        rest = AwaitRest(name=deployment.name, state=deployment.state, timeout=request.options.timeout)
        return attrs.evolve(draft.plan, steps=(rest, *draft.plan.steps))


def update_deployment(ports: Ports, request: UpdateDeployment) -> Deployment:
    """Sets what the file mentions, resets what it says ``null``, leaves all else, and returns when that is served.

    The deployment answers all the time (unless ``update-strategy=deactivate-first``); where the change fails, it goes
    on with what it had. An update that still goes on, such as that of an interrupted command, is waited for first.

    Raises:
        NoSuchDeploymentError: There is none of that name.
        DeploymentFailedError: The change did not come up; what had been made for it was removed.
        TimedOutError: The deadline passed; the update goes on.
        DeploymentError: Anything else that went wrong; what had been made was removed, and what could not be is listed.
    """
    deployment = find_deployment(ports.service.lifecycle, request.name)
    with ports.journal.open(str(ports.target), deployment.name) as entry:
        deployment = _at_rest(ports, request, deployment)
        draft = _draft(ports, request, deployment, entry)
        for note in draft.plan.notes:
            ports.progress.note(note)
        with ports.workspaces.open("update") as workspace:
            return Update(ports, request, draft, entry, workspace).run()


def _at_rest(ports: Ports, request: UpdateDeployment, deployment: Deployment) -> Deployment:
    if deployment.state is not LifecycleState.UPDATING:
        return deployment
    rest = AwaitRest(name=deployment.name, state=deployment.state, timeout=request.options.timeout)
    with ports.progress.step(rest.title) as step:
        return wait_until_settled(ports, deployment, step, timeout=rest.timeout).deployment


def _draft(ports: Ports, request: UpdateDeployment, deployment: Deployment, entry: JournalEntry) -> UpdateDraft:
    _refuse_what_cannot_change(deployment)
    leftovers = tuple(reversed(identified(ports, entry.leftovers)))
    to_settle = tuple(item for item in leftovers if item.deployment is None and item.resource_id != deployment.model_id)
    current = ports.service.lifecycle.describe(deployment.id)
    renamed, notes = _new_name(request, deployment)
    spec = request.loaded.spec
    one_by_one = _gives_variables_one_by_one(request.loaded)
    desired = merged_deployment(current, spec, request.loaded.resets, name=renamed, variables_one_by_one=one_by_one)
    model = _model_draft(ports, request, deployment)
    settling: tuple[Step, ...] = tuple(SettleLeftover(record=item.record) for item in to_settle)
    changing = _Changing(ports, request, deployment, current, desired, model).steps()
    if not ports.service_descriptor.shared:
        notes = (*notes, *note_on_infrastructure(spec.infrastructure))
    notes = (*request.loaded.notes, *notes, *(model.notes if model else ()))
    return UpdateDraft(
        plan=Plan(f"update '{deployment.name}'", (*settling, *changing), notes),
        before=deployment,
        current=current,
        desired=desired,
        model=model,
        leftovers=leftovers,
    )


def _refuse_what_cannot_change(deployment: Deployment) -> None:
    """A deployment that failed is not brought back by an update, and one in transition has to settle first."""
    if deployment.state in {LifecycleState.FAILED, LifecycleState.CREATING, LifecycleState.DELETING}:
        failed = deployment.state is LifecycleState.FAILED
        why = f": {deployment.lifecycle_details}" if failed and deployment.lifecycle_details else ""
        raise ConflictError(
            f"deployment '{deployment.name}' ({deployment.id}) is {deployment.state} and cannot be updated now{why}",
            "Delete it and create it again." if failed else "Wait until it is ACTIVE.",
        )


@attrs.frozen
class _Changing:
    """From a model and settings that differ to a deployment that has them."""

    ports: Ports
    request: UpdateDeployment
    deployment: Deployment
    current: DesiredDeployment
    desired: DesiredDeployment
    model: ModelDraft | None

    def steps(self) -> tuple[Step, ...]:
        """None where nothing differs."""
        changes = changes_between(self.current, self.desired, self.request.loaded.from_environment)
        if not (self.model or changes):
            return ()
        steps: tuple[Step, ...] = self.model.steps if self.model else ()
        orders = self._orders(changes)
        for order in orders[:-1]:
            # the service takes the next one when it is done with this one
            steps = (*steps, order, AwaitDeployment(timeout=self.request.options.timeout))
        return (*steps, *orders[-1:], *self._after())

    def _orders(self, changes: tuple[FieldChange, ...]) -> tuple[OrderUpdate, ...]:
        name, deployment_id = self.deployment.name, self.deployment.id
        if not self.ports.service_descriptor.edits_in_groups:
            return (OrderUpdate(name=name, id=deployment_id, changes=changes),)
        desired = self._with_new_model()
        expected = changes_between(self.current, desired, self.request.loaded.from_environment)
        strategy = self.request.options.update_strategy
        passes = plan_passes(self.current, desired, expected, self.deployment.state, strategy)
        return tuple(
            OrderUpdate(name=name, id=deployment_id, order=edit.order, group=edit.group, changes=edit.changes)
            for edit in passes
        )

    def _with_new_model(self) -> DesiredDeployment:
        if self.model is None:
            return self.desired
        tags = {**self.desired.freeform_tags, MODEL_URI_TAG: self.model.facts.version.pinned_uri, RUN_TAG: _NEW_RUN}
        return attrs.evolve(self.desired, model_id=_NEW_MODEL, freeform_tags=tags)

    def _after(self) -> tuple[Step, ...]:
        options = self.request.options
        if not options.wait:
            return ()
        steps: tuple[Step, ...] = (AwaitDeployment(timeout=options.timeout),)
        if self.model and self.ports.service_descriptor.shared:
            steps = (*steps, LinkVersion(version=self.model.facts.version))
        if self.model and self.deployment.model_id and not options.keep_model:
            steps = (*steps, DeleteModel(id=self.deployment.model_id, reason="if it is no longer served"))
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
    if runtime is not None and runtime.model_group_id:
        return None
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
