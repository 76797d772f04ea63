"""Bringing a model into service. What is to be done; `creating` does it."""

from __future__ import annotations

from oci_mlflow_core.errors import ConflictError, InvalidRequestError, NameInUseError
from oci_mlflow_core.model.canonical import digest_of
from oci_mlflow_core.model.deployment import RUN_TAG, Deployment, LifecycleState
from oci_mlflow_core.model.run_id import RunId
from oci_mlflow_core.planning.desired import desired_deployment, model_tags
from oci_mlflow_core.planning.links import is_linked
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
from oci_mlflow_core.planning.tags import check_tags
from oci_mlflow_core.planning.without_effect import note_on_infrastructure
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord
from oci_mlflow_core.spec.plain import plain_spec
from oci_mlflow_core.spec.runtime import CondaRuntime
from oci_mlflow_core.usecases.creating import CreateDraft, Creation
from oci_mlflow_core.usecases.leftovers import Leftover, identified
from oci_mlflow_core.usecases.pipeline import ModelDraft, draft_model
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import CreateDeployment

_GROUP_PATH = "spec.runtime.spec.modelGroupId"


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
    group = _model_group(ports, request)
    resolved = None if group else ports.source.resolve(request.model_uri)
    pinned = resolved.pinned_uri if resolved else group
    digest = digest_of({"model": pinned, "spec": plain_spec(request.loaded.spec)})
    everyone = tuple(ports.service.lifecycle.list())
    leftovers = identified(ports, entry.leftovers)
    leftovers = (*leftovers, *_lost(ports, request, digest, leftovers, everyone))
    resumed = next((item.deployment for item in leftovers if _can_resume(item, digest)), None)
    wanted = {resumed.id, resumed.model_id} if resumed else set()
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
    return (*steps, AwaitDeployment(timeout=request.options.timeout)) if request.options.wait else steps


def _model_group(ports: Ports, request: CreateDeployment) -> str:
    """OCID of the model group that is to be served, or empty."""
    runtime = request.loaded.spec.runtime
    group = (runtime and runtime.model_group_id) or ""
    if group and not ports.service_descriptor.shared:
        raise InvalidRequestError(
            f"{request.loaded.where(_GROUP_PATH)}: {_GROUP_PATH}: there are no model groups on this machine",
            "Leave modelGroupId out here.",
        )
    return group


def _lost(
    ports: Ports,
    request: CreateDeployment,
    digest: str,
    known: tuple[Leftover, ...],
    everyone: tuple[Deployment, ...],
) -> tuple[Leftover, ...]:
    """Deployments that runs of the same command left without a journal, told by the service alone.

    Raises:
        ConflictError: One of those runs still goes on.
    """
    if not ports.service_descriptor.shared:
        return ()
    found = []
    for deployment in everyone:
        run = RunId.parse(deployment.freeform_tags.get(RUN_TAG, ""))
        same = deployment.name == request.name and run is not None and run.carries_out(digest)
        if not same or deployment.id in {item.resource_id for item in known} or _is_complete(ports, deployment):
            continue
        if ports.runs.goes_on(str(run)):
            raise ConflictError(
                f"another command is creating deployment '{request.name}' now ({deployment.id})",
                "Wait until it has ended.",
            )
        record = JournalRecord(kind="deployment", run_id=str(run), id=deployment.id, digest=digest)
        found.append(Leftover(record=record, deployment=deployment))
    return tuple(found)


def _is_complete(ports: Ports, deployment: Deployment) -> bool:
    """Whether the run that made it came to its end; the last thing that it does is to tell the registry."""
    if deployment.state in {LifecycleState.CREATING, LifecycleState.FAILED}:
        return False
    if not deployment.model_uri:
        return True
    version = ports.source.resolve(deployment.model_uri)
    return not version.name or is_linked(deployment, ports.source.tags(version))


def _can_resume(leftover: Leftover, digest: str) -> bool:
    deployment = leftover.deployment
    going_on = deployment is not None and (deployment.state.serves or deployment.state is LifecycleState.CREATING)
    return going_on and leftover.record.digest == digest


def _refuse_name_in_use(
    name: str, everyone: tuple[Deployment, ...], resumed: Deployment | None, to_settle: tuple[Leftover, ...]
) -> None:
    unfinished = {item.resource_id for item in to_settle if item.deployment and not item.deployment.state.serves}
    for deployment in everyone:
        if deployment.name != name or deployment.id in unfinished or (resumed and deployment.id == resumed.id):
            continue
        usable = deployment.state.serves or deployment.state is LifecycleState.INACTIVE
        change = "Change it with 'mlflow deployments update', or remove it with 'mlflow deployments delete' first."
        raise NameInUseError(
            f"a deployment called '{name}' exists already ({deployment.id}, {deployment.state})",
            change if usable else "Remove it with 'mlflow deployments delete' first, or take another name.",
        )


def _check(ports: Ports, request: CreateDeployment, model: ModelDraft | None) -> None:
    """What the service would refuse, as far as it is known before anything is made."""
    if ports.service_descriptor.shared:
        own = model_tags(model.facts, "", pack=None, score_code=None) if model else {RUN_TAG: ""}
        check_tags(desired_deployment(request.name, request.loaded.spec, "", own).freeform_tags)
    ports.service.lifecycle.check(request.name)


def _notes(ports: Ports, request: CreateDeployment, group: str) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    written = request.loaded.spec.display_name
    if written is not None and written != request.name:
        where = request.loaded.where("spec.displayName")
        notes = (f"{where}: spec.displayName '{written}' gives way to --name '{request.name}'",)
    if group:
        where = request.loaded.where(_GROUP_PATH)
        notes = (*notes, f"{where}: the models of the group are served; {request.model_uri} is not registered")
    if not ports.service_descriptor.shared:
        return (*notes, *note_on_infrastructure(request.loaded.spec.infrastructure))
    if not request.options.wait:
        notes = (*notes, "the registry is told when the same command waits for the deployment (wait=true)")
    runtime = request.loaded.spec.runtime
    if isinstance(runtime, CondaRuntime) and runtime.score_code and group:
        notes = (*notes, f"{request.loaded.where('spec.runtime.spec.scoreCode')}: has no effect for a model group")
    return notes
