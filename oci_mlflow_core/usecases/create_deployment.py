"""Bringing a model into service."""

from __future__ import annotations

import functools
import uuid
from pathlib import Path

import attrs

from oci_mlflow_core.errors import CancelledError, DeploymentFailedError, NameInUseError, TimedOutError
from oci_mlflow_core.model.canonical import digest_of
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.model.options import OnFailure
from oci_mlflow_core.planning.desired import desired_deployment
from oci_mlflow_core.planning.links import link_tags
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
from oci_mlflow_core.planning.without_effect import note_on_infrastructure
from oci_mlflow_core.ports.journal import JournalEntry
from oci_mlflow_core.ports.progress_sink import Step as ShownStep
from oci_mlflow_core.spec.plain import plain_spec
from oci_mlflow_core.usecases.execution import carry_out
from oci_mlflow_core.usecases.leftovers import Leftover, identified, settle, settle_intent
from oci_mlflow_core.usecases.pipeline import ModelDraft, ModelPipeline, draft_model
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import CreateDeployment
from oci_mlflow_core.usecases.undo import UndoLog
from oci_mlflow_core.usecases.waiting import await_settled


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
            return _Creation(ports, request, draft, entry, workspace).run()


@attrs.frozen(kw_only=True)
class _Draft:
    plan: Plan
    digest: str
    model: ModelDraft
    leftovers: tuple[Leftover, ...]
    resumed: Deployment | None


def _draft(ports: Ports, request: CreateDeployment, entry: JournalEntry) -> _Draft:
    check_display_name(request.name)
    leftovers = identified(ports, entry.leftovers)
    resolved = ports.source.resolve(request.model_uri)
    digest = digest_of({"model": resolved.pinned_uri, "spec": plain_spec(request.loaded.spec)})
    resumed = next((item.deployment for item in leftovers if _can_resume(item, digest)), None)
    to_settle = () if resumed else tuple(reversed(leftovers))
    _refuse_name_in_use(ports, request.name, resumed, to_settle)
    model = draft_model(ports, resolved, request.loaded, request.options)
    if not resumed:
        ports.service.lifecycle.check(request.name)
    steps: tuple[Step, ...] = tuple(SettleLeftover(record=item.record) for item in to_settle)
    if resumed:
        steps = (*steps, ResumeDeployment(name=request.name, id=resumed.id))
    else:
        steps = (*steps, *model.steps, OrderDeployment(name=request.name))
    if request.options.wait:
        steps = (*steps, AwaitDeployment(timeout=request.options.timeout))
    if ports.service_descriptor.shared:
        steps = (*steps, LinkVersion(version=model.facts.version))
    notes = (*request.loaded.notes, *_name_note(request), *_local_notes(ports, request), *model.environment.notes)
    plan = Plan(f"create '{request.name}'", steps, notes)
    return _Draft(plan=plan, digest=digest, model=model, leftovers=leftovers, resumed=resumed)


def _can_resume(leftover: Leftover, digest: str) -> bool:
    deployment = leftover.deployment
    going_on = deployment is not None and (deployment.state.serves or deployment.state is LifecycleState.CREATING)
    return going_on and leftover.record.digest == digest


def _refuse_name_in_use(ports: Ports, name: str, resumed: Deployment | None, to_settle: tuple[Leftover, ...]) -> None:
    unfinished = {item.resource_id for item in to_settle if item.deployment and not item.deployment.state.serves}
    for deployment in ports.service.lifecycle.list():
        if deployment.name != name or deployment.id in unfinished or (resumed and deployment.id == resumed.id):
            continue
        usable = deployment.state.serves or deployment.state is LifecycleState.INACTIVE
        change = "Change it with 'mlflow deployments update', or remove it with 'mlflow deployments delete' first."
        raise NameInUseError(
            f"a deployment called '{name}' exists already ({deployment.id}, {deployment.state})",
            change if usable else "Remove it with 'mlflow deployments delete' first, or take another name.",
        )


def _name_note(request: CreateDeployment) -> tuple[str, ...]:
    written = request.loaded.spec.display_name
    if written is None or written == request.name:
        return ()
    where = request.loaded.where("spec.displayName")
    return (f"{where}: spec.displayName '{written}' gives way to --name '{request.name}'",)


def _local_notes(ports: Ports, request: CreateDeployment) -> tuple[str, ...]:
    return () if ports.service_descriptor.shared else note_on_infrastructure(request.loaded.spec.infrastructure)


@attrs.define
class _Creation:
    ports: Ports
    request: CreateDeployment
    draft: _Draft
    entry: JournalEntry
    workspace: Path
    undo: UndoLog = attrs.field(init=False)
    pipeline: ModelPipeline = attrs.field(init=False)
    deployment: Deployment | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        settling = functools.partial(settle_intent, self.ports, self.entry)
        self.undo = UndoLog(self.entry, uuid.uuid4().hex, settling)
        self.pipeline = ModelPipeline(self.ports, self.draft.model, self.workspace, self.undo)
        self.deployment = self.draft.resumed

    def run(self) -> Deployment:
        carry_out(self.ports, self.draft.plan.steps, self.take, self.undo)
        self._close()
        if self.deployment is None:
            raise AssertionError(self.draft.plan)
        return self.deployment

    def take(self, planned: Step, step: ShownStep) -> None:
        match planned:
            case SettleLeftover():
                leftover = next(item for item in self.draft.leftovers if item.record == planned.record)
                settle(self.ports, self.entry, leftover, step)
            case OrderDeployment():
                self._order(step)
            case ResumeDeployment():
                step.done(planned.id)
            case AwaitDeployment():
                self._await(planned, step)
            case LinkVersion():
                self.ports.source.link(planned.version, link_tags(self._ordered()))
            case _:
                self.pipeline.take(planned, step)  # type: ignore[arg-type]

    def _order(self, step: ShownStep) -> None:
        model = self.pipeline.model
        if model is None:
            raise AssertionError(self.draft.plan)
        lifecycle = self.ports.service.lifecycle
        desired = desired_deployment(self.request.name, self.request.loaded.spec, model.id, self.pipeline.own_tags)
        intent = self.undo.intend("deployment", self.draft.digest)
        ordered = lifecycle.create(desired)
        self.undo.made(intent, ordered.id, lambda: lifecycle.delete(ordered.id, step))
        self.deployment = ordered
        step.done(ordered.id)

    def _await(self, planned: AwaitDeployment, step: ShownStep) -> None:
        ordered = self._ordered()
        try:
            self.deployment = await_settled(self.ports, ordered, step, timeout=planned.timeout)
        except (TimedOutError, KeyboardInterrupt) as end:
            self.undo.let_go()
            if isinstance(end, TimedOutError):
                raise
            raise _left_running(ordered) from None
        except DeploymentFailedError as failure:
            if self.request.options.on_failure is OnFailure.KEEP:
                failure.leftovers = tuple(f"{line} (kept, as asked)" for line in self.undo.listed())
                self.undo.keep()
            raise
        step.done(self.deployment.url)

    def _ordered(self) -> Deployment:
        if self.deployment is None:
            raise AssertionError(self.draft.plan)
        return self.deployment

    def _close(self) -> None:
        self.undo.keep()
        if self.draft.resumed:
            for leftover in self.draft.leftovers:
                self.entry.settled(leftover.record)


def _left_running(deployment: Deployment) -> CancelledError:
    cancelled = CancelledError(f"waiting for deployment '{deployment.name}'")
    cancelled.hint = "The deployment goes on; the same create command waits for it again, delete removes it."
    cancelled.leftovers = (f"deployment {deployment.id}",)
    return cancelled
