"""Removing a deployment and what was made for it."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import DeploymentError, NoSuchDeploymentError
from oci_mlflow_core.model.deployment import CatalogModel, Deployment, LifecycleState
from oci_mlflow_core.planning.plan import DeleteDeployment, DeleteModel, Plan, SettleLeftover, Step, UnlinkVersion
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord
from oci_mlflow_core.ports.progress_sink import Step as ShownStep
from oci_mlflow_core.usecases import requests
from oci_mlflow_core.usecases.finding import find_deployment
from oci_mlflow_core.usecases.leftovers import Leftover, identified, settle
from oci_mlflow_core.usecases.linking import unlink
from oci_mlflow_core.usecases.ownership import made_here
from oci_mlflow_core.usecases.ports import Ports


def plan_delete(ports: Ports, request: requests.DeleteDeployment) -> Plan:
    """What `delete_deployment` would do; nothing is changed.

    Raises:
        AmbiguousNameError: Several deployments have that name.
    """
    deployment = _found(ports, request.name)
    with ports.journal.open(str(ports.target), deployment.name if deployment else request.name) as entry:
        return _draft(ports, request, deployment, entry).plan


def delete_deployment(ports: Ports, request: requests.DeleteDeployment) -> Deployment | None:
    """Removes the deployment and, unless ``keep-model``, its catalog model; None where there is no such deployment.

    What interrupted commands on that name left is removed too. Deleting what is not there is no error.

    Raises:
        AmbiguousNameError: Several deployments have that name.
        DeploymentError: The service refused; what is left is listed, and the same command can be run again.
    """
    deployment = _found(ports, request.name)
    name = deployment.name if deployment else request.name
    # opening a workspace removes those that killed commands left
    with ports.journal.open(str(ports.target), name) as entry, ports.workspaces.open("delete"):
        draft = _draft(ports, request, deployment, entry)
        deletion = _Deletion(ports, draft, entry)
        try:
            for planned in draft.plan.steps:
                with ports.progress.step(planned.title) as step:
                    deletion.take(planned, step)
        except DeploymentError as failure:
            failure.leftovers = (*failure.leftovers, *deletion.after_failure())
            raise
        _close_own(draft, entry)
        if deployment is None:
            ports.progress.note(f"no deployment is called '{request.name}'; there was nothing to delete")
    return deployment


@attrs.frozen(kw_only=True)
class _Draft:
    plan: Plan
    deployment: Deployment | None
    #: OCIDs of the deployment and of its model.
    own: frozenset[str]
    #: In the journal from before the deployment goes until the model is gone.
    old_model: JournalRecord | None
    leftovers: tuple[Leftover, ...]


def _found(ports: Ports, name: str) -> Deployment | None:
    try:
        return find_deployment(ports.service.lifecycle, name)
    except NoSuchDeploymentError:
        return None


def _draft(
    ports: Ports, request: requests.DeleteDeployment, deployment: Deployment | None, entry: JournalEntry
) -> _Draft:
    leftovers = tuple(reversed(identified(ports, entry.leftovers)))
    own = {deployment.id, deployment.model_id} - {""} if deployment else set()
    steps: tuple[Step, ...] = ()
    old_model = None
    if deployment:
        if deployment.model_uri and ports.service_descriptor.shared:
            steps = (UnlinkVersion(model_uri=deployment.model_uri),)
        steps = (*steps, DeleteDeployment(name=deployment.name, id=deployment.id))
        if not request.options.keep_model and made_here(ports, deployment, leftovers):
            old_model = JournalRecord(kind="model", run_id=f"delete-{deployment.id}", id=deployment.model_id)
            steps = (*steps, DeleteModel(id=old_model.id, reason="it was registered for this deployment"))
    settling = tuple(SettleLeftover(record=item.record) for item in leftovers if item.resource_id not in own)
    plan = Plan(f"delete '{request.name}'", (*steps, *settling))
    return _Draft(plan=plan, deployment=deployment, own=frozenset(own), old_model=old_model, leftovers=leftovers)


@attrs.define
class _Deletion:
    """One delete, step by step."""

    ports: Ports
    draft: _Draft
    entry: JournalEntry
    #: The tags that were taken off the registered version.
    unlinked: dict[str, str] = attrs.field(factory=dict, init=False)
    #: From before the deployment goes until the model is gone.
    recorded: JournalRecord | None = attrs.field(default=None, init=False)

    def take(self, planned: Step, step: ShownStep) -> None:
        """Takes one step."""
        old_model = self.draft.old_model
        match planned:
            case UnlinkVersion():
                self._unlink(planned.model_uri)
            case DeleteDeployment():
                self._delete(planned, step)
            case DeleteModel() if old_model:
                settle(self.ports, self.entry, Leftover(record=old_model, model=CatalogModel(id=planned.id)), step)
                self.recorded = None
            case SettleLeftover():
                leftover = next(item for item in self.draft.leftovers if item.record == planned.record)
                settle(self.ports, self.entry, leftover, step)
            case _:
                raise AssertionError(planned)

    def after_failure(self) -> tuple[str, ...]:
        """What is left that was to go; where the deployment is there as before, it is as if nothing had begun."""
        deployment = self.draft.deployment
        if deployment is None:
            return ()
        gone, going_on = self._what_became_of(deployment.id)
        if not (gone or going_on):
            if self.recorded:
                self.entry.settled(self.recorded)
            return ()
        model = (f"model {self.recorded.id}: the next run removes it",) if self.recorded else ()
        return model if gone else (f"deployment {deployment.id}: {going_on}", *model)

    def _what_became_of(self, deployment_id: str) -> tuple[bool, str]:
        """Whether the deployment is gone, and what goes on where it is not; the registry names it if nothing does."""
        try:
            deployment = self._seen_again(deployment_id)
            if deployment is None:
                return True, ""
            if deployment.state is LifecycleState.DELETING:
                return False, "it is being deleted"
            if self.unlinked:
                self.ports.source.link(self.ports.source.resolve(deployment.model_uri), self.unlinked)
        except DeploymentError as refusal:
            self.ports.progress.note(f"the registry may no longer name deployment {deployment_id}: {refusal}")
            return False, f"it may be there still: {refusal}"
        return False, ""

    def _seen_again(self, deployment_id: str) -> Deployment | None:
        """What cannot be read may only be forbidden, and is in the list then."""
        lifecycle = self.ports.service.lifecycle
        try:
            return lifecycle.get(deployment_id)
        except NoSuchDeploymentError:
            return next((each for each in lifecycle.list() if each.id == deployment_id), None)

    def _delete(self, planned: DeleteDeployment, step: ShownStep) -> None:
        if self.draft.old_model:
            self.recorded = self.draft.old_model
            self.entry.made(self.recorded)
        self.ports.service.lifecycle.delete(planned.id, step)
        step.done(planned.id)

    def _unlink(self, model_uri: str) -> None:
        """Comes before the deployment goes, so that a run after a lost answer has nothing to know; stops no delete."""
        if self.draft.deployment is None:
            raise AssertionError(self.draft)
        try:
            self.unlinked = unlink(self.ports, self.draft.deployment)
        except DeploymentError as refusal:
            self.ports.progress.note(f"the registry still names the deployment on {model_uri}: {refusal}")


def _close_own(draft: _Draft, entry: JournalEntry) -> None:
    """What interrupted commands recorded about the deployment and its model has come to an end with them."""
    for leftover in draft.leftovers:
        if leftover.resource_id in draft.own:
            entry.settled(leftover.record)
