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
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.keys import key_of

_INFRASTRUCTURE = "spec.infrastructure.spec."
_RUNTIME = "spec.runtime.spec."


class EditGroup(str, enum.Enum):
    """One group; their order here is the order in which they are sent."""

    IDENTITY = "name, description and tags"
    LOGGING = "logging"
    BANDWIDTH = "bandwidth"
    COMPUTE = "compute"
    SCALING = "autoscaling"
    NETWORK = "networking"
    RUNTIME = "environment"
    MODEL = "model"
    #: The tags that say what is served; last, so that they never speak of a model that did not come up.
    RECORD = "record of the model"

    def __str__(self) -> str:
        return self.value


#: Fields of `Infrastructure` that a deployment keeps for life.
FOR_LIFE = frozenset({"project_id", "compartment_id"})
#: Every other field of `Infrastructure` that OCI has a use for, but for the one that is an environment variable.
GROUPS = {
    "log_group_id": EditGroup.LOGGING,
    "log_id": EditGroup.LOGGING,
    "access_log": EditGroup.LOGGING,
    "predict_log": EditGroup.LOGGING,
    "bandwidth_mbps": EditGroup.BANDWIDTH,
    "maximum_bandwidth_mbps": EditGroup.BANDWIDTH,
    "shape_name": EditGroup.COMPUTE,
    "shape_config_details": EditGroup.COMPUTE,
    "compute_target_details": EditGroup.COMPUTE,
    "replica": EditGroup.COMPUTE,
    "capacity_reservation_ids": EditGroup.COMPUTE,
    "auto_scaling": EditGroup.SCALING,
    "subnet_id": EditGroup.NETWORK,
    "private_endpoint_id": EditGroup.NETWORK,
    "network_access_type": EditGroup.NETWORK,
    "web_concurrency": EditGroup.RUNTIME,
}
_FIELD_BY_KEY = {key_of(field).name: field.name for field in attrs.fields(Infrastructure)}


def group_of(path: str, *, scales_itself: bool) -> EditGroup | None:
    """The group of a setting; None for one that can never change.

    Args:
        path: As `oci_mlflow_core.model.deployment.FieldChange` has it.
        scales_itself: Whether the number of instances follows a rule before or after the change; ``replica`` is part
            of that rule then.
    """
    if path.startswith(_INFRASTRUCTURE):
        field = _FIELD_BY_KEY.get(path.removeprefix(_INFRASTRUCTURE).partition(".")[0], "")
        return _groups(scales_itself=scales_itself).get(field)
    if path.startswith(_RUNTIME):
        return EditGroup.RUNTIME
    if path in {"modelId", "modelGroupId"}:
        return EditGroup.MODEL
    return EditGroup.RECORD if path == "model" or path.startswith(OWN_TAGS_PATH) else EditGroup.IDENTITY


def after(
    current: DesiredDeployment, desired: DesiredDeployment, group: EditGroup, *, scales_itself: bool
) -> DesiredDeployment:
    """`current` with the settings of one group as `desired` has them."""
    changed = current
    match group:
        case EditGroup.IDENTITY:
            changed = attrs.evolve(
                current,
                name=desired.name,
                description=desired.description,
                defined_tags=desired.defined_tags,
                freeform_tags={**_tags(desired, own=False), **_tags(current, own=True)},
            )
        case EditGroup.RECORD:
            tags = {**_tags(current, own=False), **_tags(desired, own=True)}
            changed = attrs.evolve(current, freeform_tags=tags)
        case EditGroup.RUNTIME:
            variables, container = desired.environment_variables, desired.container
            changed = attrs.evolve(current, environment_variables=variables, container=container)
        case EditGroup.MODEL:
            changed = attrs.evolve(current, model_id=desired.model_id, model_group_id=desired.model_group_id)
        case _:
            pass
    fields = [field for field, its in _groups(scales_itself=scales_itself).items() if its is group]
    values = {field: getattr(desired.infrastructure, field) for field in fields}
    return attrs.evolve(changed, infrastructure=attrs.evolve(changed.infrastructure, **values))


def without_record(current: DesiredDeployment, desired: DesiredDeployment) -> DesiredDeployment:
    """`desired` with the tags that say what is served as they are in `current`."""
    return attrs.evolve(desired, freeform_tags={**_tags(desired, own=False), **_tags(current, own=True)})


def _groups(*, scales_itself: bool) -> dict[str, EditGroup]:
    return {**GROUPS, "replica": EditGroup.SCALING} if scales_itself else GROUPS


def _tags(deployment: DesiredDeployment, *, own: bool) -> dict[str, str]:
    return {key: value for key, value in deployment.freeform_tags.items() if (key in OWN_TAGS) is own}
