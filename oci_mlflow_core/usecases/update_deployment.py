"""Changing a deployment: its settings, its model, or both. What is to be done; `updating` does it."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import CancelledError, ConflictError
from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.planning.desired import merged_deployment
from oci_mlflow_core.planning.edits.passes import EditPlanner
from oci_mlflow_core.planning.plan import AwaitRest, Plan, SettleLeftover
from oci_mlflow_core.planning.tags import refuse_reserved_tags
from oci_mlflow_core.planning.without_effect import note_on_infrastructure
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.ports.journal import JournalEntry
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.usecases.deactivation import KIND as DEACTIVATION
from oci_mlflow_core.usecases.finding import find_deployment, is_ocid
from oci_mlflow_core.usecases.image_use import ImageUse, draft_image_use
from oci_mlflow_core.usecases.leftovers import Leftover, identified
from oci_mlflow_core.usecases.linking import version_to_link
from oci_mlflow_core.usecases.model_draft import ModelDraft
from oci_mlflow_core.usecases.next_model import next_model
from oci_mlflow_core.usecases.ownership import made_here
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import UpdateDeployment
from oci_mlflow_core.usecases.update_steps import UpdateSteps
from oci_mlflow_core.usecases.updating import Update, UpdateDraft
from oci_mlflow_core.usecases.waiting import wait_until_settled

_ENV_PATH = "spec.runtime.spec.env."


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
        InvalidRequestError: Such a change is not possible; nothing was done.
        DeploymentFailedError: The change did not come up; what had been made for it was removed.
        TimedOutError: The deadline passed; the update goes on.
        CancelledError: The user pressed Ctrl-C.
        DeploymentError: Anything else that went wrong; what had been made was removed, and what could not be is listed.
    """
    deployment = find_deployment(ports.service.lifecycle, request.name)
    with ports.journal.open(str(ports.target), deployment.name) as entry:
        started = ports.clock.monotonic()
        deployment = _at_rest(ports, request, deployment)
        waited = ports.clock.monotonic() - started
        draft = _draft(ports, request, deployment, entry)
        for note in draft.plan.notes:
            ports.progress.note(note)
        with ports.workspaces.open("update") as workspace:
            return Update(ports, request, draft, entry, workspace, waited).run()


def _at_rest(ports: Ports, request: UpdateDeployment, deployment: Deployment) -> Deployment:
    if deployment.state is not LifecycleState.UPDATING:
        return deployment
    rest = AwaitRest(name=deployment.name, state=deployment.state, timeout=request.options.timeout)
    try:
        with ports.progress.step(rest.title) as step:
            return wait_until_settled(ports, deployment, step, timeout=rest.timeout).deployment
    except KeyboardInterrupt:
        cancelled = CancelledError(f"waiting until nothing goes on with deployment '{deployment.name}'")
        cancelled.hint = "What goes on with it does so; nothing was changed."
        raise cancelled from None


def _draft(ports: Ports, request: UpdateDeployment, deployment: Deployment, entry: JournalEntry) -> UpdateDraft:
    _refuse_what_cannot_change(deployment)
    refuse_reserved_tags(request.loaded)
    leftovers = tuple(reversed(identified(ports, entry.leftovers)))
    current = ports.service.lifecycle.describe(deployment.id)
    renamed, notes = _new_name(request, deployment)
    loaded, keeps_others = request.loaded, _gives_variables_one_by_one(request.loaded)
    desired = merged_deployment(current, loaded.spec, loaded.resets, name=renamed, variables_one_by_one=keeps_others)
    model = next_model(ports, request, deployment, current, desired.infrastructure)
    image = ImageUse() if model else _other_image(ports, loaded, current, desired)
    planner = EditPlanner(
        current=current,
        state=deployment.state,
        strategy=request.options.update_strategy,
        activates=_was_deactivated(deployment, leftovers),
    )
    owns_model = model is not None and made_here(ports, deployment, leftovers)
    changing = UpdateSteps(
        ports=ports,
        request=request,
        deployment=deployment,
        current=current,
        desired=desired,
        model=model,
        image=image,
        version=_version(ports, deployment, model, renamed),
        planner=planner,
        owns_model=owns_model,
    ).steps()
    return UpdateDraft(
        plan=Plan(
            f"update '{deployment.name}'",
            (*_settling(deployment, leftovers), *changing),
            (*loaded.notes, *notes, *_notes(ports, loaded, model), *image.notes),
        ),
        before=deployment,
        current=current,
        desired=desired,
        model=model,
        planner=planner,
        owns_model=owns_model,
        leftovers=leftovers,
    )


def _other_image(ports: Ports, loaded: LoadedSpec, current: DesiredDeployment, desired: DesiredDeployment) -> ImageUse:
    """What is found out about the image where another one is to run, or the same one otherwise."""
    if desired.container is None or desired.container == current.container:
        return ImageUse()
    return draft_image_use(ports, desired.container, desired.infrastructure, loaded)


def _settling(deployment: Deployment, leftovers: tuple[Leftover, ...]) -> tuple[SettleLeftover, ...]:
    own = {deployment.id, deployment.model_id}
    return tuple(
        SettleLeftover(record=item.record)
        for item in leftovers
        if item.deployment is None and item.resource_id not in own
    )


def _was_deactivated(deployment: Deployment, leftovers: tuple[Leftover, ...]) -> bool:
    """Whether it was an interrupted command that left it INACTIVE."""
    ours = any(item.record.kind == DEACTIVATION and item.record.id == deployment.id for item in leftovers)
    return ours and deployment.state is LifecycleState.INACTIVE


def _version(
    ports: Ports, deployment: Deployment, model: ModelDraft | None, renamed: str | None
) -> ModelVersion | None:
    """What the registry is told about."""
    if not ports.service_descriptor.shared:
        return None
    if model:
        return model.facts.version
    return version_to_link(ports, deployment) if renamed else None


def _notes(ports: Ports, loaded: LoadedSpec, model: ModelDraft | None) -> tuple[str, ...]:
    spec = loaded.spec
    shared = ports.service_descriptor.shared
    on_this_machine = () if shared else note_on_infrastructure(spec.infrastructure, spec.runtime)
    return (*on_this_machine, *(model.notes if model else ()))


def _refuse_what_cannot_change(deployment: Deployment) -> None:
    """A deployment that failed is not brought back by an update, and one in transition has to settle first."""
    if deployment.state in {LifecycleState.FAILED, LifecycleState.CREATING, LifecycleState.DELETING}:
        failed = deployment.state is LifecycleState.FAILED
        why = f": {deployment.lifecycle_details}" if failed and deployment.lifecycle_details else ""
        raise ConflictError(
            f"deployment '{deployment.name}' ({deployment.id}) is {deployment.state} and cannot be updated now{why}",
            "Delete it and create it again." if failed else "Wait until it is ACTIVE.",
        )


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
