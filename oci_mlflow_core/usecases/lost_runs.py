"""What interrupted runs of a create left, where their journal is not here: told by the service and the registry."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.model.deployment import RUN_TAG, Deployment, LifecycleState
from oci_mlflow_core.model.run_id import RunId
from oci_mlflow_core.planning.links import is_linked
from oci_mlflow_core.ports.journal import JournalRecord
from oci_mlflow_core.usecases.leftovers import Leftover
from oci_mlflow_core.usecases.ports import Ports

#: What a create that was interrupted can have come to; any other state is somebody's later doing.
_OF_A_CREATE = frozenset({LifecycleState.CREATING, LifecycleState.FAILED, LifecycleState.ACTIVE})


def lost(
    ports: Ports, name: str, digest: str, known: Iterable[Leftover], everyone: Iterable[Deployment]
) -> tuple[Leftover, ...]:
    """The deployments of that name which runs of the same command made and did not finish, and their models.

    `digest` is that of what is asked for; `known` is what the journal tells of, and is left out.

    Raises:
        ConflictError: One of those runs still goes on.
        DeploymentError: The registry or the service cannot be asked.
    """
    if not ports.service_descriptor.shared:
        return ()
    recorded = {item.resource_id for item in known}
    found: list[Leftover] = []
    for deployment in everyone:
        run_id = deployment.freeform_tags.get(RUN_TAG, "")
        if deployment.name != name or deployment.id in recorded or not _carries_out(run_id, digest):
            continue
        if _is_complete(ports, deployment):
            continue
        if ports.runs.goes_on(run_id):
            raise ConflictError(
                f"another command is creating deployment '{name}' now ({deployment.id})", "Wait until it has ended."
            )
        found += [*_models(ports, run_id, deployment), _deployment(run_id, digest, deployment)]
    return tuple(found)


def _carries_out(run_id: str, digest: str) -> bool:
    run = RunId.parse(run_id)
    return run is not None and run.carries_out(digest)


def _is_complete(ports: Ports, deployment: Deployment) -> bool:
    """Whether the run that made it came to its end; the last thing that it does is to tell the registry."""
    if deployment.state not in _OF_A_CREATE:
        return True
    if deployment.state is LifecycleState.CREATING:
        return False
    version = ports.source.resolve(deployment.model_uri) if deployment.model_uri else None
    if version is None or not version.name:
        # there is nothing to be told
        return deployment.state is LifecycleState.ACTIVE
    return is_linked(deployment, ports.source.tags(version))


def _deployment(run_id: str, digest: str, deployment: Deployment) -> Leftover:
    record = JournalRecord(kind="deployment", run_id=run_id, id=deployment.id, digest=digest)
    return Leftover(record=record, deployment=deployment)


def _models(ports: Ports, run_id: str, deployment: Deployment) -> Iterable[Leftover]:
    """The model, where it was this run that made it and not one before it."""
    for model in ports.service.catalog.find({RUN_TAG: run_id}):
        if model.id == deployment.model_id:
            yield Leftover(record=JournalRecord(kind="model", run_id=run_id, id=model.id), model=model)
