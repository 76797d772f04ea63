"""What OCI does not let anybody change of a deployment, or not while it serves."""

from __future__ import annotations

from collections.abc import Mapping

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import FieldChange
from oci_mlflow_core.planning.edits.groups import EditGroup
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure, NetworkAccessType

_INFRASTRUCTURE = "spec.infrastructure.spec"
_ANOTHER = "Create another deployment, and delete this one."
_MANAGED = frozenset(NetworkAccessType) - {NetworkAccessType.CUSTOM_NETWORKING}


def refuse_for_life(change: FieldChange) -> InvalidRequestError:
    """The error for a setting that a deployment keeps for life."""
    how = _ANOTHER
    if change.path.endswith(".compartmentId"):
        how = "'oci data-science model-deployment change-compartment' moves it; the file then names the new one."
    if change.hidden:
        return InvalidRequestError(f"{change.path} of a deployment cannot be changed", how)
    told = str(change).removeprefix(f"{change.path}: ")
    return InvalidRequestError(f"{change.path} of a deployment cannot be changed ({told})", how)


def refuse_other_kind(current: DesiredDeployment, desired: DesiredDeployment) -> None:
    """A deployment stays of its type. Source: oci.data_science.models.UpdateModelDeploymentDetails.

    Raises:
        InvalidRequestError: It is asked to become one of another type.
    """
    if bool(current.model_group_id) is not bool(desired.model_group_id):
        raise InvalidRequestError(
            "a deployment of one model cannot become one of a model group, or the other way round", _ANOTHER
        )
    if (current.infrastructure.compute_target_details is None) is not (
        desired.infrastructure.compute_target_details is None
    ):
        raise InvalidRequestError(
            f"{_INFRASTRUCTURE}.computeTargetDetails: a deployment on instances of its own cannot move to a compute "
            "cluster, or the other way round",
            _ANOTHER,
        )


def refuse_leaving_a_subnet(current: DesiredDeployment, desired: DesiredDeployment) -> None:
    """Custom networking cannot be left again. Source: OCI documentation, "Editing Model Deployments".

    Raises:
        InvalidRequestError: It is asked to be left.
    """
    before, after = current.infrastructure, desired.infrastructure
    if not _is_custom(before) or _stays_custom(before, after):
        return
    key = "subnetId" if before.subnet_id and not after.subnet_id else "networkAccessType"
    raise InvalidRequestError(
        f"{_INFRASTRUCTURE}.{key}: a deployment with custom networking cannot go back to the service's own", _ANOTHER
    )


def refuse_live(
    current: DesiredDeployment, desired: DesiredDeployment, grouped: Mapping[EditGroup, tuple[FieldChange, ...]]
) -> None:
    """What OCI takes from an inactive deployment alone.

    Raises:
        InvalidRequestError: Such a change is asked for.
    """
    offline = [change.path for change in grouped.get(EditGroup.NETWORK, ())]
    if (current.container is None) is not (desired.container is None):
        offline.append("spec.runtime.type")
    if offline:
        raise InvalidRequestError(
            f"{', '.join(offline)}: can only be changed while the deployment is inactive",
            "Add '-C update-strategy=deactivate-first': it is deactivated, changed and activated, "
            "and does not answer meanwhile.",
        )


def _is_custom(infrastructure: Infrastructure) -> bool:
    return bool(infrastructure.subnet_id) or infrastructure.network_access_type is NetworkAccessType.CUSTOM_NETWORKING


def _stays_custom(before: Infrastructure, after: Infrastructure) -> bool:
    lost = bool(before.subnet_id) and not after.subnet_id
    return _is_custom(after) and after.network_access_type not in _MANAGED and not lost
