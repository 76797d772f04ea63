"""Doing what the plan of an update says."""

from __future__ import annotations

import functools
from pathlib import Path

import attrs

from oci_mlflow_core.errors import CancelledError, DeploymentError, DeploymentFailedError, TimedOutError
from oci_mlflow_core.model.canonical import digest_of
from oci_mlflow_core.model.deployment import MODEL_URI_TAG, Deployment, LifecycleState
from oci_mlflow_core.planning.desired import OWN_TAGS, changes_between
from oci_mlflow_core.planning.edits.passes import EditPass, EditPlanner, Order
from oci_mlflow_core.planning.image_steps import CheckImage, UseImage
from oci_mlflow_core.planning.plan import AwaitDeployment, DeleteModel, LinkVersion, OrderUpdate, Plan, SettleLeftover
from oci_mlflow_core.planning.plan import Step as PlannedStep
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.ports.journal import JournalEntry
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.deactivation import Deactivation
from oci_mlflow_core.usecases.execution import carry_out
from oci_mlflow_core.usecases.image_use import take_check
from oci_mlflow_core.usecases.leftovers import Leftover, settle, settle_intent
from oci_mlflow_core.usecases.linking import link_instead
from oci_mlflow_core.usecases.model_draft import ModelDraft
from oci_mlflow_core.usecases.passes import Passes, aim, outcome, send
from oci_mlflow_core.usecases.pipeline import ModelPipeline
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.replaced_model import ReplacedModel
from oci_mlflow_core.usecases.requests import UpdateDeployment
from oci_mlflow_core.usecases.undo import UndoLog
from oci_mlflow_core.usecases.waiting import await_settled


@attrs.frozen(kw_only=True)
class UpdateDraft:
    """What was found out about an update, and its plan."""

    plan: Plan
    before: Deployment
    current: DesiredDeployment
    #: Without the model, which the plan's own steps bring.
    desired: DesiredDeployment
    model: ModelDraft | None
    planner: EditPlanner
    #: Whether the model that is served before was made by this project.
    owns_model: bool
    leftovers: tuple[Leftover, ...]


@attrs.define
class Update:
    """One update, from the first step to the last."""

    ports: Ports
    request: UpdateDeployment
    draft: UpdateDraft
    entry: JournalEntry
    workspace: Path
    #: Seconds that were spent waiting, of those that the whole update may.
    waited: float = 0.0
    undo: UndoLog = attrs.field(init=False)
    pipeline: ModelPipeline | None = attrs.field(init=False, default=None)
    deployment: Deployment = attrs.field(init=False)
    replaced: ReplacedModel = attrs.field(init=False)
    deactivation: Deactivation = attrs.field(init=False)
    #: None until the model is known.
    passes: Passes | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        before = self.draft.before
        settling = functools.partial(settle_intent, self.ports, self.entry)
        asked = digest_of({"update": before.id, "model": self.request.model_uri or ""})
        self.undo = UndoLog(self.entry, self.ports.runs.begin(asked), settling)
        keeps = self.request.options.keep_model or not self.draft.owns_model
        old = "" if keeps else before.model_id
        self.replaced = ReplacedModel(self.ports, self.entry, f"{self.undo.run_id}-before", old)
        self.deactivation = Deactivation(self.ports, self.entry, self.undo.run_id)
        self.deployment = before
        if self.draft.model:
            self.pipeline = ModelPipeline(self.ports, self.draft.model, self.workspace, self.undo)

    def run(self) -> Deployment:
        """Takes the steps.

        Raises:
            DeploymentError: A step failed; what had been made was removed, and what could not be is listed.
        """
        try:
            carry_out(self.ports, self.draft.plan.steps, self.take, self.undo)
        except DeploymentError as failure:
            self._tell(failure)
            raise
        self._close()
        return self.deployment

    def take(self, planned: PlannedStep, step: Step) -> None:
        """Takes one step."""
        match planned:
            case SettleLeftover():
                leftover = next(item for item in self.draft.leftovers if item.record == planned.record)
                settle(self.ports, self.entry, leftover, step)
            case OrderUpdate():
                self._order(planned, step)
            case AwaitDeployment():
                self._await(planned, step)
            case LinkVersion():
                link_instead(self.ports, self.draft.before, self._served(), planned.version)
            case CheckImage():
                take_check(self.ports, planned, step)
            case UseImage() if self.pipeline is None:
                step.done(planned.reason)
            case DeleteModel():
                self.replaced.delete(step)
            case _:
                if self.pipeline is None:
                    raise AssertionError(planned)
                self.pipeline.take(planned, step)  # type: ignore[arg-type]

    def _order(self, planned: OrderUpdate, step: Step) -> None:
        edit = self._all_passes().next(planned.order, planned.group)
        if edit is None:
            step.done("no change")
            return
        self.replaced.before(edit.desired.model_id)
        if edit.order is Order.DEACTIVATE:
            self.deactivation.begins(self.draft.before)
        self.deployment = send(self.ports.service.lifecycle, planned.id, edit)
        step.done(outcome(edit))
        if self.deployment.state.is_settled:
            # the service had it already, and has no order to carry out
            self._confirm()

    def _all_passes(self) -> Passes:
        if self.passes is None:
            desired = self._with_model(self.draft.desired)
            changes = changes_between(self.draft.current, desired, self.request.loaded.from_environment)
            if self.ports.service_descriptor.edits_in_groups:
                self.passes = Passes(list(self.draft.planner.passes(desired, changes)))
            else:
                whole = EditPass(order=Order.CHANGE, changes=changes, desired=desired)
                self.passes = Passes([whole] if changes else [])
        return self.passes

    def _with_model(self, desired: DesiredDeployment) -> DesiredDeployment:
        if self.pipeline is None or self.pipeline.model is None:
            return desired
        desired = attrs.evolve(desired, container=self.pipeline.container(desired.container))
        uri = self.pipeline.draft.facts.version.pinned_uri
        if self.pipeline.model.id == desired.model_id and desired.freeform_tags.get(MODEL_URI_TAG) == uri:
            return desired
        users = {key: value for key, value in desired.freeform_tags.items() if key not in OWN_TAGS}
        tags = {**users, **self.pipeline.own_tags}
        return attrs.evolve(desired, model_id=self.pipeline.model.id, freeform_tags=tags)

    def _await(self, planned: AwaitDeployment, step: Step) -> None:
        edit = self.passes.current if self.passes else None
        if edit is None:
            step.done(self.deployment.url)
            return
        started = self.ports.clock.monotonic()
        left = max(0.0, planned.timeout - self.waited)
        try:
            self.deployment = await_settled(self.ports, self.deployment, step, timeout=left, wanted=aim(edit))
        except (TimedOutError, KeyboardInterrupt) as end:
            self._let_go(edit)
            if isinstance(end, TimedOutError):
                end.elapsed += self.waited
                raise
            raise self._left_going_on() from None
        self.waited += self.ports.clock.monotonic() - started
        self._confirm()
        step.done(self.deployment.url)

    def _confirm(self) -> None:
        if self.passes is None:
            raise AssertionError(self)
        edit = self.passes.confirm()
        if edit.order is Order.ACTIVATE:
            self.deactivation.ends()
        if self._brings_model(edit):
            # it is in service: whatever fails from here on, the model stays
            self.undo.uses()

    def _brings_model(self, edit: EditPass) -> bool:
        return bool(self.pipeline and self.pipeline.model and edit.desired.model_id == self.pipeline.model.id)

    def _let_go(self, edit: EditPass) -> None:
        """What is ordered goes on without this command; a model that it is not about is taken back."""
        if self._brings_model(edit):
            self.undo.let_go()

    def _left_going_on(self) -> CancelledError:
        cancelled = CancelledError(f"waiting for the update of deployment '{self.deployment.name}'")
        cancelled.hint = "The update goes on."
        cancelled.leftovers = (f"deployment {self.deployment.id}",)
        return cancelled

    def _served(self) -> Deployment:
        """The deployment as the registry should know it."""
        model_id = self.pipeline.model.id if self.pipeline and self.pipeline.model else self.deployment.model_id
        return attrs.evolve(self.deployment, name=self.draft.desired.name, model_id=model_id)

    def _tell(self, failure: DeploymentError) -> None:
        """Says what was done and what was not, and what is left of it."""
        goes_on = isinstance(failure, TimedOutError | CancelledError)
        if self.passes:
            lost = isinstance(failure, DeploymentFailedError) and self._is_lost()
            summary = self.passes.summary(goes_on=goes_on, lost=lost)
            failure.hint = f"{failure.hint} {summary}".strip() if summary else failure.hint
        failure.leftovers = (
            *failure.leftovers,
            *self.deactivation.after_failure(self.draft.current),
            *self.replaced.after_failure(self.draft.before.id, goes_on=goes_on),
        )

    def _is_lost(self) -> bool:
        try:
            return self.ports.service.lifecycle.get(self.draft.before.id).state is LifecycleState.FAILED
        except DeploymentError:
            return False

    def _close(self) -> None:
        done, last = (self.passes.done, self.passes.current) if self.passes else ([], None)
        if last and self._brings_model(last) and not any(self._brings_model(edit) for edit in done):
            # it was not waited for: nobody knows yet whether it comes up
            self.undo.let_go()
        self.undo.keep()
        ended = {self.draft.before.id, self.draft.before.model_id}
        for leftover in self.draft.leftovers:
            if leftover.resource_id in ended:
                self.entry.settled(leftover.record)
        if not done and last is None:
            self.ports.progress.note(f"deployment '{self.deployment.name}' is as it should be; nothing was changed")
