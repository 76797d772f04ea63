"""Removing a deployment and what was made for it."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import DeploymentError, NoSuchDeploymentError
from oci_mlflow_core.model.deployment import RUN_TAG, CatalogModel, Deployment
from oci_mlflow_core.planning.links import unlink_keys
from oci_mlflow_core.planning.plan import DeleteDeployment, DeleteModel, Plan, SettleLeftover, Step
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord
from oci_mlflow_core.ports.progress_sink import Step as ShownStep
from oci_mlflow_core.usecases import requests
from oci_mlflow_core.usecases.finding import find_deployment
from oci_mlflow_core.usecases.leftovers import Leftover, identified, settle
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
        DeploymentError: The service refused; the same command can be run again.
    """
    deployment = _found(ports, request.name)
    name = deployment.name if deployment else request.name
    # opening a workspace removes those that killed commands left
    with ports.journal.open(str(ports.target), name) as entry, ports.workspaces.open("delete"):
        draft = _draft(ports, request, deployment, entry)
        for planned in draft.plan.steps:
            with ports.progress.step(planned.title) as step:
                _take(ports, draft, entry, planned, step)
        _close_own(draft, entry)
        if deployment is None:
            ports.progress.note(f"no deployment is called '{request.name}'; there was nothing to delete")
        elif ports.service_descriptor.shared:
            _unlink(ports, deployment)
    return deployment


@attrs.frozen(kw_only=True)
class _Draft:
    plan: Plan
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
    own = {deployment.id, deployment.model_id} if deployment else set()
    steps: tuple[Step, ...] = ()
    old_model = None
    if deployment:
        steps = (DeleteDeployment(name=deployment.name, id=deployment.id),)
        if deployment.model_id and RUN_TAG in deployment.freeform_tags and not request.options.keep_model:
            old_model = JournalRecord(kind="model", run_id=f"delete-{deployment.id}", id=deployment.model_id)
            steps = (*steps, DeleteModel(id=old_model.id, reason="it was registered for this deployment"))
    settling = tuple(SettleLeftover(record=item.record) for item in leftovers if item.resource_id not in own)
    plan = Plan(f"delete '{request.name}'", (*steps, *settling))
    return _Draft(plan=plan, own=frozenset(own), old_model=old_model, leftovers=leftovers)


def _take(ports: Ports, draft: _Draft, entry: JournalEntry, planned: Step, step: ShownStep) -> None:
    match planned:
        case DeleteDeployment():
            if draft.old_model:
                entry.made(draft.old_model)
            ports.service.lifecycle.delete(planned.id, step)
            step.done(planned.id)
        case DeleteModel() if draft.old_model:
            settle(ports, entry, Leftover(record=draft.old_model, model=CatalogModel(id=planned.id)), step)
        case SettleLeftover():
            leftover = next(item for item in draft.leftovers if item.record == planned.record)
            settle(ports, entry, leftover, step)
        case _:
            raise AssertionError(planned)


def _close_own(draft: _Draft, entry: JournalEntry) -> None:
    """What interrupted commands recorded about the deployment and its model has come to an end with them."""
    for leftover in draft.leftovers:
        if leftover.resource_id in draft.own:
            entry.settled(leftover.record)


def _unlink(ports: Ports, deployment: Deployment) -> None:
    """Takes the deployment's tags off the registered version; a registry that is away does not undo a deletion."""
    if not deployment.model_uri:
        return
    try:
        version = ports.source.resolve(deployment.model_uri)
        ports.source.unlink(version, unlink_keys(deployment, ports.source.tags(version)))
    except DeploymentError as refusal:
        ports.progress.note(f"the registry still names the deployment on {deployment.model_uri}: {refusal}")
