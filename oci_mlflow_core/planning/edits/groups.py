"""What may travel together in one order to a live deployment.

Source: OCI documentation, "Editing Model Deployments": a deployment that is active takes one group of settings at a
time, each without downtime, and one that is inactive takes any. The docstring of
``oci.data_science.DataScienceClient.update_model_deployment`` allows more in one order; this satisfies both.
"""

from __future__ import annotations

import enum

import attrs

from oci_mlflow_core.planning.desired import OWN_TAGS, OWN_TAGS_PATH
from oci_mlflow_core.ports.deploy_service import DesiredDeployment

_INFRASTRUCTURE = "spec.infrastructure.spec."


class EditGroup(str, enum.Enum):
    """One group; their order here is the order in which they are sent."""

    IDENTITY = "name, description and tags"
    LOGGING = "logging"
    BANDWIDTH = "bandwidth"
    COMPUTE = "compute"
    RUNTIME = "environment"
    MODEL = "model"
    SCALING = "autoscaling"
    NETWORK = "networking"
    #: The tags that say what is served; last, so that they never speak of a model that did not come up.
    RECORD = "record of the model"

    def __str__(self) -> str:
        return self.value


_FIELDS = {
    EditGroup.LOGGING: ("log_group_id", "log_id", "access_log", "predict_log"),
    EditGroup.BANDWIDTH: ("bandwidth_mbps", "maximum_bandwidth_mbps"),
    EditGroup.COMPUTE: ("shape_name", "shape_config_details", "replica", "capacity_reservation_ids"),
    EditGroup.SCALING: ("auto_scaling", "replica"),
    EditGroup.NETWORK: ("subnet_id", "private_endpoint_id", "network_access_type"),
}
_BY_KEY = {
    "logGroupId": EditGroup.LOGGING,
    "logId": EditGroup.LOGGING,
    "accessLog": EditGroup.LOGGING,
    "predictLog": EditGroup.LOGGING,
    "bandwidthMbps": EditGroup.BANDWIDTH,
    "maximumBandwidthMbps": EditGroup.BANDWIDTH,
    "shapeName": EditGroup.COMPUTE,
    "shapeConfigDetails": EditGroup.COMPUTE,
    "replica": EditGroup.COMPUTE,
    "capacityReservationIds": EditGroup.COMPUTE,
    "autoScaling": EditGroup.SCALING,
    "subnetId": EditGroup.NETWORK,
    "privateEndpointId": EditGroup.NETWORK,
    "networkAccessType": EditGroup.NETWORK,
}


def group_of(path: str, *, scales_itself: bool) -> EditGroup | None:
    """The group of a setting; None for one that can never change.

    Args:
        path: As `oci_mlflow_core.model.deployment.FieldChange` has it.
        scales_itself: Whether the number of instances follows a rule before or after the change; ``replica`` is part
            of that rule then.
    """
    if path.startswith(_INFRASTRUCTURE):
        name = path.removeprefix(_INFRASTRUCTURE).partition(".")[0]
        if name == "replica" and scales_itself:
            return EditGroup.SCALING
        return _BY_KEY.get(name)
    if path.startswith("spec.runtime.spec."):
        return EditGroup.RUNTIME
    if path in {"modelId", "modelGroupId"}:
        return EditGroup.MODEL
    return EditGroup.RECORD if path == "model" or path.startswith(OWN_TAGS_PATH) else EditGroup.IDENTITY


def after(current: DesiredDeployment, desired: DesiredDeployment, group: EditGroup) -> DesiredDeployment:
    """`current` with the settings of one group as `desired` has them."""
    match group:
        case EditGroup.IDENTITY:
            return attrs.evolve(
                current,
                name=desired.name,
                description=desired.description,
                defined_tags=desired.defined_tags,
                freeform_tags={**_tags(desired, own=False), **_tags(current, own=True)},
            )
        case EditGroup.RECORD:
            tags = {**_tags(current, own=False), **_tags(desired, own=True)}
            return attrs.evolve(current, freeform_tags=tags)
        case EditGroup.RUNTIME:
            variables, container = desired.environment_variables, desired.container
            return attrs.evolve(current, environment_variables=variables, container=container)
        case EditGroup.MODEL:
            return attrs.evolve(current, model_id=desired.model_id, model_group_id=desired.model_group_id)
        case _:
            values = {name: getattr(desired.infrastructure, name) for name in _FIELDS[group]}
            return attrs.evolve(current, infrastructure=attrs.evolve(current.infrastructure, **values))


def _tags(deployment: DesiredDeployment, *, own: bool) -> dict[str, str]:
    return {key: value for key, value in deployment.freeform_tags.items() if (key in OWN_TAGS) is own}
