"""The true state of deployments: what the supervisor wrote, if it lives, and what its death means, if not."""

from __future__ import annotations

from typing import Any

from oci_mlflow_core.model.deployment import Deployment, LifecycleState, Observation
from oci_mlflow_plugin.adapters.local.records import in_force, read_applied, read_observed, read_order, readable_orders
from oci_mlflow_plugin.adapters.local.supervision.folder import DamagedRecordError, DeploymentFolder, readable_json
from oci_mlflow_plugin.adapters.local.supervision.held import is_held

_NEVER_BEGAN = "the command that created it ended before its server was started"
_VANISHED = "its server is gone: it was killed, or the machine was restarted"


def deployment_of(folder: DeploymentFolder) -> Deployment | None:
    """The deployment as it is now, FAILED where a file of it is damaged; None where there is none."""
    try:
        return _whole(folder)
    except (DamagedRecordError, PermissionError) as fault:
        return _damaged(folder, fault)


def _whole(folder: DeploymentFolder) -> Deployment | None:
    alive = is_held(folder.supervisor_lock)
    order = in_force(folder)
    if order is None:
        return None
    observed = read_observed(folder)
    seen = _living(folder, observed) if alive else _dead(folder, observed)
    serving = read_applied(folder) or order
    return Deployment(
        id=order.id,
        name=order.desired.name,
        url=order.url,
        model_id=serving.desired.model_id,
        time_created=order.time_created,
        freeform_tags=order.desired.freeform_tags,
        **seen,
    )


def observation_of(folder: DeploymentFolder) -> Observation | None:
    """How the last order goes; None where there is no deployment."""
    deployment = deployment_of(folder)
    if deployment is None or deployment.state.is_settled:
        return None if deployment is None else Observation(deployment=deployment)
    noted = readable_json(folder.progress_file) or readable_json(folder.observed_file)
    return Observation(
        deployment=deployment,
        activity=noted.get("activity", "starting"),
        percent=noted.get("percent"),
    )


def _damaged(folder: DeploymentFolder, fault: Exception) -> Deployment:
    """What can still be told; a deployment of which nothing can be read has its OCID as its name."""
    order = next(iter(readable_orders(folder)), None)
    deployment_id = folder.path.name
    if order is None:
        return Deployment(
            id=deployment_id, name=deployment_id, state=LifecycleState.FAILED, lifecycle_details=str(fault)
        )
    return Deployment(
        id=deployment_id,
        name=order.desired.name,
        state=LifecycleState.FAILED,
        url=order.url,
        model_id=order.desired.model_id,
        lifecycle_details=str(fault),
        time_created=order.time_created,
        freeform_tags=order.desired.freeform_tags,
    )


def _living(folder: DeploymentFolder, observed: dict[str, Any]) -> dict[str, Any]:
    order = read_order(folder)
    if order is not None and observed.get("generation", 0) < order.generation:
        return {"state": LifecycleState.CREATING if order.generation == 1 else LifecycleState.UPDATING}
    return _explained(LifecycleState(observed["state"]), observed)


def _dead(folder: DeploymentFolder, observed: dict[str, Any]) -> dict[str, Any]:
    if observed.get("state") == LifecycleState.FAILED.value:
        return _explained(LifecycleState.FAILED, observed)
    details = _VANISHED if observed else _NEVER_BEGAN
    tail = tuple(folder.tail(observed.get("log", 1)))
    return {"state": LifecycleState.FAILED, "lifecycle_details": details, "log_tail": tail}


def _explained(state: LifecycleState, observed: dict[str, Any]) -> dict[str, Any]:
    return {
        "state": state,
        "lifecycle_details": observed.get("details", ""),
        "log_tail": tuple(observed.get("log_tail", ())),
    }
