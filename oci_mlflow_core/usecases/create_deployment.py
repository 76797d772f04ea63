"""Bringing a model into service. What is to be done; `creating` does it."""

from __future__ import annotations

from oci_mlflow_core.errors import NameInUseError
from oci_mlflow_core.model.canonical import digest_of
from oci_mlflow_core.model.deployment import RUN_TAG, Deployment, LifecycleState
from oci_mlflow_core.planning.desired import desired_deployment
from oci_mlflow_core.planning.names import check_display_name
from oci_mlflow_core.planning.plan import (
    AwaitDeployment,
    LinkVersion,
    OrderDeployment,
    Plan,
    ResumeDeployment,
    SettleLeftover,
    Step,
)
from oci_mlflow_core.planning.tags import check_tags, refuse_reserved_tags
from oci_mlflow_core.planning.without_effect import note_on_infrastructure
from oci_mlflow_core.ports.journal import JournalEntry
from oci_mlflow_core.spec.plain import plain_spec
from oci_mlflow_core.spec.runtime import CondaRuntime
from oci_mlflow_core.usecases.creating import CreateDraft, Creation
from oci_mlflow_core.usecases.leftovers import Leftover, identified
from oci_mlflow_core.usecases.lost_runs import lost
from oci_mlflow_core.usecases.model_draft import ModelDraft, draft_model
from oci_mlflow_core.usecases.model_groups import GROUP_PATH, refuse_without_model_groups
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import CreateDeployment


def plan_create(ports: Ports, request: CreateDeployment) -> Plan:
    """What `create_deployment` would do; nothing is changed.

    Raises:
        DeploymentError: What would also stop `create_deployment` before its first step.
    """
    with ports.journal.open(str(ports.target), request.name) as entry:
        return _draft(ports, request, entry).plan


def create_deployment(ports: Ports, request: CreateDeployment) -> Deployment:
    """Creates the deployment and returns it when it answers (or, with ``wait=false``, when it is ordered).

    What an interrupted run of the same command left is continued where it serves or may yet serve, else removed.

    Raises:
        NameInUseError: A deployment has that name.
        DeploymentFailedError: It does not serve; it was removed, unless ``on-failure=keep``.
        TimedOutError: The deadline passed; the deployment goes on.
        CancelledError: The user pressed Ctrl-C.
        DeploymentError: Anything else that went wrong; what had been made was removed, and what could not be is listed.
    """
    with ports.journal.open(str(ports.target), request.name) as entry:
        draft = _draft(ports, request, entry)
        for note in draft.plan.notes:
            ports.progress.note(note)
        with ports.workspaces.open("create") as workspace:
            return Creation(ports, request, draft, entry, workspace).run()


def _draft(ports: Ports, request: CreateDeployment, entry: JournalEntry) -> CreateDraft:
    check_display_name(request.name)
    refuse_reserved_tags(request.loaded)
    group = _model_group(ports, request)
    resolved = None if group else ports.source.resolve(request.model_uri)
    pinned = resolved.pinned_uri if resolved else group
    digest = digest_of({"model": pinned, "spec": plain_spec(request.loaded.spec)})
    everyone = tuple(ports.service.lifecycle.list())
    leftovers = identified(ports, entry.leftovers)
    leftovers = (*leftovers, *lost(ports, request.name, digest, leftovers, everyone))
    resumed = next((item.deployment for item in leftovers if _can_resume(item, digest)), None)
    wanted = {resumed.id, resumed.model_id} - {""} if resumed else set()
    to_settle = tuple(item for item in reversed(leftovers) if item.resource_id not in wanted)
    _refuse_name_in_use(request.name, everyone, resumed, to_settle)
    model = draft_model(ports, resolved, request.loaded, request.options) if resolved and not resumed else None
    if not resumed:
        _check(ports, request, model)
    version = resolved if resolved and ports.service_descriptor.shared and request.options.wait else None
    steps: tuple[Step, ...] = tuple(SettleLeftover(record=item.record) for item in to_settle)
    steps = (*steps, *_serving(request, model, resumed), *((LinkVersion(version=version),) if version else ()))
    notes = (*request.loaded.notes, *_notes(ports, request, group), *(model.notes if model else ()))
    return CreateDraft(
        plan=Plan(f"create '{request.name}'", steps, notes),
        digest=digest,
        model=model,
        leftovers=leftovers,
        resumed=resumed,
    )


def _serving(request: CreateDeployment, model: ModelDraft | None, resumed: Deployment | None) -> tuple[Step, ...]:
    """The steps to a deployment that serves."""
    steps: tuple[Step, ...]
    if resumed:
        steps = (ResumeDeployment(name=request.name, id=resumed.id),)
    else:
        steps = (*(model.steps if model else ()), OrderDeployment(name=request.name))
    answers = resumed is not None and resumed.state is LifecycleState.ACTIVE
    if answers or not request.options.wait:
        return steps
    return (*steps, AwaitDeployment(timeout=request.options.timeout))


def _model_group(ports: Ports, request: CreateDeployment) -> str:
    """OCID of the model group that is to be served, or empty."""
    refuse_without_model_groups(ports, request.loaded)
    runtime = request.loaded.spec.runtime
    return (runtime and runtime.model_group_id) or ""


def _can_resume(leftover: Leftover, digest: str) -> bool:
    """Whether it is what this command would make; one that was changed since is somebody's own."""
    deployment = leftover.deployment
    return (
        deployment is not None
        and deployment.state in {LifecycleState.CREATING, LifecycleState.ACTIVE}
        and leftover.record.digest == digest
    )


def _refuse_name_in_use(
    name: str, everyone: tuple[Deployment, ...], resumed: Deployment | None, to_settle: tuple[Leftover, ...]
) -> None:
    unfinished = {item.resource_id for item in to_settle if item.deployment and _is_unfinished(item.deployment)}
    for deployment in everyone:
        if deployment.name != name or deployment.id in unfinished or (resumed and deployment.id == resumed.id):
            continue
        usable = deployment.state.serves or deployment.state is LifecycleState.INACTIVE
        change = "Change it with 'mlflow deployments update', or remove it with 'mlflow deployments delete' first."
        raise NameInUseError(
            f"a deployment called '{name}' exists already ({deployment.id}, {deployment.state})",
            change if usable else "Remove it with 'mlflow deployments delete' first, or take another name.",
        )


def _is_unfinished(deployment: Deployment) -> bool:
    """Whether it neither serves nor was put to rest by somebody."""
    return not deployment.state.serves and deployment.state is not LifecycleState.INACTIVE


def _check(ports: Ports, request: CreateDeployment, model: ModelDraft | None) -> None:
    """What the service would refuse, as far as it is known before anything is made."""
    if ports.service_descriptor.shared:
        own = model.expected_tags("") if model else {RUN_TAG: ""}
        check_tags(desired_deployment(request.name, request.loaded.spec, "", own).freeform_tags)
    ports.service.lifecycle.check(request.name)


def _notes(ports: Ports, request: CreateDeployment, group: str) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    written = request.loaded.spec.display_name
    if written is not None and written != request.name:
        where = request.loaded.where("spec.displayName")
        notes = (f"{where}: spec.displayName '{written}' gives way to --name '{request.name}'",)
    if group:
        where = request.loaded.where(GROUP_PATH)
        notes = (*notes, f"{where}: the models of the group are served; {request.model_uri} is not registered")
    if not ports.service_descriptor.shared:
        spec = request.loaded.spec
        return (*notes, *note_on_infrastructure(spec.infrastructure, spec.runtime))
    if not request.options.wait:
        notes = (*notes, "the registry is told when the same command waits for the deployment (wait=true)")
    runtime = request.loaded.spec.runtime
    if isinstance(runtime, CondaRuntime) and runtime.score_code and group:
        notes = (*notes, f"{request.loaded.where('spec.runtime.spec.scoreCode')}: has no effect for a model group")
    return notes
