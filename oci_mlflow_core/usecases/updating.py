"""Doing what the plan of an update says."""

from __future__ import annotations

import functools
from pathlib import Path

import attrs

from oci_mlflow_core.errors import CancelledError, DeploymentFailedError, TimedOutError
from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.canonical import digest_of
from oci_mlflow_core.model.deployment import MODEL_URI_TAG, CatalogModel, Deployment, FieldChange
from oci_mlflow_core.planning.desired import OWN_TAGS, changes_between, told
from oci_mlflow_core.planning.edits.groups import EditGroup
from oci_mlflow_core.planning.edits.passes import EditPass, Order, plan_passes
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
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord
from oci_mlflow_core.ports.progress_sink import Step as ShownStep
from oci_mlflow_core.usecases.execution import carry_out
from oci_mlflow_core.usecases.leftovers import Leftover, settle, settle_intent
from oci_mlflow_core.usecases.pipeline import ModelDraft, ModelPipeline
from oci_mlflow_core.usecases.ports import Ports
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
    leftovers: tuple[Leftover, ...]


@attrs.define
class Update:
    """One update, from the first step to the last."""

    ports: Ports
    request: UpdateDeployment
    draft: UpdateDraft
    entry: JournalEntry
    workspace: Path
    undo: UndoLog = attrs.field(init=False)
    pipeline: ModelPipeline | None = attrs.field(init=False, default=None)
    deployment: Deployment = attrs.field(init=False)
    old_model: JournalRecord | None = attrs.field(init=False, default=None)
    #: The passes that are to be made, once the model is known; each is taken out when it was ordered.
    _passes: list[EditPass] | None = attrs.field(init=False, default=None)
    _done: list[EditPass] = attrs.field(init=False, factory=list)
    _ordered: EditPass | None = attrs.field(init=False, default=None)
    #: On the clock, of the whole update.
    _deadline: float | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        settling = functools.partial(settle_intent, self.ports, self.entry)
        asked = digest_of({"update": self.draft.before.id, "model": self.request.model_uri or ""})
        self.undo = UndoLog(self.entry, self.ports.runs.begin(asked), settling)
        self.deployment = self.draft.before
        if self.draft.model:
            self.pipeline = ModelPipeline(self.ports, self.draft.model, self.workspace, self.undo)

    def run(self) -> Deployment:
        """Takes the steps.

        Raises:
            DeploymentError: A step failed; what had been made was removed, and what could not be is listed.
        """
        carry_out(self.ports, self.draft.plan.steps, self.take, self.undo)
        self.undo.keep()
        self._close_leftovers()
        if not self._done and self._ordered is None:
            self.ports.progress.note(f"deployment '{self.deployment.name}' is as it should be; nothing was changed")
        return self.deployment

    def take(self, planned: Step, step: ShownStep) -> None:
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
                self._link(planned.version)
            case DeleteModel():
                self._delete_old_model(planned, step)
            case _:
                if self.pipeline is None:
                    raise AssertionError(planned)
                self.pipeline.take(planned, step)  # type: ignore[arg-type]

    def _close_leftovers(self) -> None:
        """Interrupted commands on this deployment and on the model that it served have come to an end with this one."""
        for leftover in self.draft.leftovers:
            if leftover.resource_id in {self.draft.before.id, self.draft.before.model_id}:
                self.entry.settled(leftover.record)

    def _order(self, planned: OrderUpdate, step: ShownStep) -> None:
        if self._passes is None:
            self._passes = list(self._all_passes())
        edit = next((each for each in self._passes if (each.order, each.group) == (planned.order, planned.group)), None)
        if edit is None:
            step.done("no change")
            return
        self._passes.remove(edit)
        self._mark_old_model(edit)
        self.deployment = self._sent(planned.id, edit)
        self._ordered = edit
        step.done(_told(edit))

    def _all_passes(self) -> tuple[EditPass, ...]:
        desired = self._with_model(self.draft.desired)
        changes = changes_between(self.draft.current, desired, self.request.loaded.from_environment)
        if self.ports.service_descriptor.edits_in_groups:
            strategy = self.request.options.update_strategy
            return plan_passes(self.draft.current, desired, changes, self.draft.before.state, strategy)
        return (EditPass(order=Order.CHANGE, changes=changes, desired=desired),) if changes else ()

    def _sent(self, deployment_id: str, edit: EditPass) -> Deployment:
        lifecycle = self.ports.service.lifecycle
        match edit.order:
            case Order.DEACTIVATE:
                return lifecycle.deactivate(deployment_id)
            case Order.ACTIVATE:
                return lifecycle.activate(deployment_id)
            case Order.CHANGE:
                return lifecycle.update(deployment_id, edit.desired, edit.changes)

    def _mark_old_model(self, edit: EditPass) -> None:
        """Puts the model that will no longer be served into the journal, so that a killed command leaves it known."""
        old = self.draft.before.model_id
        if old and old != edit.desired.model_id and self.old_model is None and not self.request.options.keep_model:
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
        if self._ordered is None:
            step.done(self.deployment.url)
            return
        try:
            self.deployment = await_settled(self.ports, self.deployment, step, timeout=self._left(planned))
        except TimedOutError as timed_out:
            self.undo.let_go()
            timed_out.hint = f"{timed_out.hint} {self._rest()}".strip()
            raise
        except KeyboardInterrupt:
            raise self._left_going_on() from None
        except DeploymentFailedError as failure:
            failure.hint = f"{failure.hint} {self._rest()}".strip()
            raise
        self._confirm(self._ordered)
        step.done(self.deployment.url)

    def _confirm(self, edit: EditPass) -> None:
        self._done.append(edit)
        self._ordered = None
        if self.pipeline and self.pipeline.model and edit.desired.model_id == self.pipeline.model.id:
            # it is served: whatever fails from here on, the model stays
            self.undo.keep()

    def _left(self, planned: AwaitDeployment) -> float:
        now = self.ports.clock.monotonic()
        if self._deadline is None:
            self._deadline = now + planned.timeout
        return max(0.0, self._deadline - now)

    def _rest(self) -> str:
        """Which passes were made and which were not, where there is more than one."""
        parts = []
        if self._done:
            parts.append(f"Done before: {', '.join(_name(edit) for edit in self._done)}.")
        if self._passes:
            parts.append(f"Not begun: {', '.join(_name(edit) for edit in self._passes)}.")
        return " ".join([*parts, "The same command goes on from there."]) if parts else ""

    def _left_going_on(self) -> CancelledError:
        self.undo.let_go()
        cancelled = CancelledError(f"waiting for the update of deployment '{self.deployment.name}'")
        cancelled.hint = f"The update goes on. {self._rest()}".strip()
        cancelled.leftovers = (f"deployment {self.deployment.id}",)
        return cancelled

    def _link(self, version: ModelVersion) -> None:
        before = self.draft.before
        if before.model_uri not in {"", version.pinned_uri}:
            served = self.ports.source.resolve(before.model_uri)
            self.ports.source.unlink(served, unlink_keys(before, self.ports.source.tags(served)))
        self.ports.source.link(version, link_tags(self.deployment))

    def _delete_old_model(self, planned: DeleteModel, step: ShownStep) -> None:
        if self.old_model is None:
            step.done("stays: it is still served")
            return
        settle(self.ports, self.entry, Leftover(record=self.old_model, model=CatalogModel(id=planned.id)), step)


def _name(edit: EditPass) -> str:
    return str(edit.group) if edit.group else edit.order.value


def _told(edit: EditPass) -> str:
    if edit.order is not Order.CHANGE:
        return ""
    shown: tuple[FieldChange, ...] = told(edit.changes)
    if shown:
        return "; ".join(str(change) for change in shown)
    return "the tags that say what is served" if edit.group is EditGroup.RECORD else "the model's artifact"
