"""Which section of the service's tree a key of the deployment file belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import FieldChange
from oci_mlflow_core.planning.desired import OWN_TAGS_PATH

_INFRASTRUCTURE = "spec.infrastructure.spec."
_RUNTIME = "spec.runtime.spec."
_ENVIRONMENT = "environmentConfigurationDetails"
#: By the first word below ``spec.infrastructure.spec``.
_OF_THE_INFRASTRUCTURE = {
    **dict.fromkeys(
        (
            "shapeName",
            "shapeConfigDetails",
            "subnetId",
            "privateEndpointId",
            "networkAccessType",
            "capacityReservationIds",
        ),
        "instanceConfiguration",
    ),
    **dict.fromkeys(("replica", "autoScaling"), "scalingPolicy"),
    **dict.fromkeys(("logId", "logGroupId", "accessLog", "predictLog"), "categoryLogDetails"),
    "bandwidthMbps": "bandwidthMbps",
    "maximumBandwidthMbps": "maximumBandwidthMbps",
    "webConcurrency": _ENVIRONMENT,
}
#: By the first two words.
_ELSEWHERE = {
    "spec.displayName": "displayName",
    "spec.description": "description",
    "spec.freeformTags": "freeformTags",
    "spec.definedTags": "definedTags",
    "modelId": "modelId",
    # the MLflow model, which a tag names
    "model": "freeformTags",
    "modelGroupId": "modelGroupId",
}


def touched_sections(changes: Iterable[FieldChange]) -> frozenset[str]:
    """The sections that the changes belong to.

    Raises:
        InvalidRequestError: One of them is of what a deployment keeps for life.
    """
    return frozenset(_section(change.path) for change in changes)


def _section(path: str) -> str:
    found = _found(path)
    if found is None:
        raise InvalidRequestError(
            f"{path}: OCI cannot change this of a deployment", "Create another deployment and delete this one."
        )
    return found


def _found(path: str) -> str | None:
    if path.startswith(_RUNTIME):
        return "modelGroupId" if path == f"{_RUNTIME}modelGroupId" else _ENVIRONMENT
    if path.startswith(f"{_INFRASTRUCTURE}computeTargetDetails."):
        of_target = path.endswith(".computeTargetId")
        return "computeTargetId" if of_target else "modelDeploymentResourceConfiguration"
    if path.startswith(_INFRASTRUCTURE):
        return _OF_THE_INFRASTRUCTURE.get(path.removeprefix(_INFRASTRUCTURE).partition(".")[0])
    if path.startswith(OWN_TAGS_PATH):
        return "freeformTags"
    return _ELSEWHERE.get(".".join(path.split(".")[:2]))
