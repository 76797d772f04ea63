"""Doing what the plan of a create says."""

from __future__ import annotations

import functools
from pathlib import Path

import attrs

from oci_mlflow_core.errors import CancelledError, DeploymentFailedError, TimedOutError
from oci_mlflow_core.model.deployment import RUN_TAG, Deployment, LifecycleState
from oci_mlflow_core.model.options import OnFailure
from oci_mlflow_core.planning.desired import desired_deployment
from oci_mlflow_core.planning.links import link_tags
from oci_mlflow_core.planning.plan import (
    AwaitDeployment,
    LinkVersion,
    OrderDeployment,
    Plan,
    ResumeDeployment,
    SettleLeftover,
    Step,
)
from oci_mlflow_core.ports.journal import JournalEntry
from oci_mlflow_core.ports.progress_sink import Step as ShownStep
from oci_mlflow_core.usecases.execution import carry_out
from oci_mlflow_core.usecases.leftovers import Leftover, settle, settle_intent
from oci_mlflow_core.usecases.model_draft import ModelDraft
from oci_mlflow_core.usecases.pipeline import ModelPipeline
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import CreateDeployment
from oci_mlflow_core.usecases.undo import UndoLog
from oci_mlflow_core.usecases.waiting import await_settled

_FAILED_HINT = (
    "It was removed again, unless it is listed below. '-C on-failure=keep' keeps a deployment that failed, and "
    "'mlflow deployments run-local' serves the same model on this machine."
)


@attrs.frozen(kw_only=True)
class CreateDraft:
    """What was found out about a create, and its plan."""

    plan: Plan
    #: Of what was asked for.
    digest: str
    #: None where an interrupted run is continued, or a model group is served.
    model: ModelDraft | None
    leftovers: tuple[Leftover, ...]
    resumed: Deployment | None


@attrs.define
class Creation:
    """One create, from the first step to the last."""

    ports: Ports
    request: CreateDeployment
    draft: CreateDraft
    entry: JournalEntry
    workspace: Path
    undo: UndoLog = attrs.field(init=False)
    pipeline: ModelPipeline | None = attrs.field(init=False, default=None)
    deployment: Deployment | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        settling = functools.partial(settle_intent, self.ports, self.entry)
        self.undo = UndoLog(self.entry, self.ports.runs.begin(self.draft.digest), settling)
        if self.draft.model:
            self.pipeline = ModelPipeline(self.ports, self.draft.model, self.workspace, self.undo)
        self.deployment = self.draft.resumed

    def run(self) -> Deployment:
        """Takes the steps.

        Raises:
            DeploymentError: A step failed; what had been made was removed, and what could not be is listed.
        """
        carry_out(self.ports, self.draft.plan.steps, self.take, self.undo)
        self._close()
        return self._ordered()

    def take(self, planned: Step, step: ShownStep) -> None:
        """Takes one step."""
        match planned:
            case SettleLeftover():
                leftover = next(item for item in self.draft.leftovers if item.record == planned.record)
                settle(self.ports, self.entry, leftover, step)
            case OrderDeployment():
                self._order(step)
            case ResumeDeployment():
                self._adopt(step)
                step.done(planned.id)
            case AwaitDeployment():
                self._await(planned, step)
            case LinkVersion():
                self.ports.source.link(planned.version, link_tags(self._ordered()))
            case _:
                if self.pipeline is None:
                    raise AssertionError(planned)
                self.pipeline.take(planned, step)  # type: ignore[arg-type]

    def _order(self, step: ShownStep) -> None:
        lifecycle = self.ports.service.lifecycle
        model_id, tags = "", {RUN_TAG: self.undo.run_id}
        if self.pipeline:
            if self.pipeline.model is None:
                raise AssertionError(self.draft.plan)
            model_id, tags = self.pipeline.model.id, self.pipeline.own_tags
        intent = self.undo.intend("deployment", self.draft.digest)
        desired = desired_deployment(self.request.name, self.request.loaded.spec, model_id, tags)
        if self.pipeline:
            desired = attrs.evolve(desired, container=self.pipeline.container(desired.container))
        ordered = lifecycle.create(attrs.evolve(desired, retry_token=intent.retry_token))
        self.undo.made(intent, ordered.id, lambda: lifecycle.delete(ordered.id, step))
        self.deployment = ordered
        step.done(ordered.id)

    def _adopt(self, step: ShownStep) -> None:
        """Takes over what the interrupted run made, so that it goes as that of any other run when it fails."""
        resumed = self._ordered()
        if resumed.state is not LifecycleState.CREATING:
            return
        service = self.ports.service
        for leftover in self.draft.leftovers:
            if leftover.resource_id == resumed.id:
                record = attrs.evolve(leftover.record, id=resumed.id)
                self.undo.adopt(record, lambda: service.lifecycle.delete(resumed.id, step))
            elif leftover.resource_id and leftover.resource_id == resumed.model_id:
                record = attrs.evolve(leftover.record, id=resumed.model_id)
                self.undo.adopt(record, lambda: service.catalog.delete(resumed.model_id))

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
            else:
                failure.hint = failure.hint or _FAILED_HINT
            raise
        step.done(self.deployment.url)

    def _ordered(self) -> Deployment:
        if self.deployment is None:
            raise AssertionError(self.draft.plan)
        return self.deployment

    def _close(self) -> None:
        if self.ports.service_descriptor.shared and not self.request.options.wait:
            # nobody knows yet whether it will serve: the same command, with wait, goes on from here
            self.undo.let_go()
            return
        self.undo.keep()
        resumed = {self.draft.resumed.id, self.draft.resumed.model_id} if self.draft.resumed else set()
        for leftover in self.draft.leftovers:
            if leftover.resource_id in resumed:
                self.entry.settled(leftover.record)


def _left_running(deployment: Deployment) -> CancelledError:
    cancelled = CancelledError(f"waiting for deployment '{deployment.name}'")
    cancelled.hint = "The deployment goes on; the same create command waits for it again, delete removes it."
    cancelled.leftovers = (f"deployment {deployment.id}",)
    return cancelled
