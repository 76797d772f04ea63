"""Rules about what is served, and on whose machines."""

from __future__ import annotations

from collections.abc import Iterator

from oci_mlflow_core.spec.infrastructure import ScalingType
from oci_mlflow_core.spec.limits.told import INFRASTRUCTURE, RUNTIME, Complaint, Told

_OF_ONE_MODEL = ("uri", "pythonVersion", "scoreCode", "builder", "builderImage", "channelAlias", "glibc")
_OF_INSTANCES = (
    "shapeName",
    "shapeConfigDetails",
    "bandwidthMbps",
    "maximumBandwidthMbps",
    "subnetId",
    "privateEndpointId",
    "networkAccessType",
    "capacityReservationIds",
)


def a_model_group_brings_its_own_environment(told: Told) -> Iterator[Complaint]:
    """The key modelGroupId excludes what is written into the artifact of a single model.

    Source: oci.data_science.models.ModelGroupDeploymentConfigurationDetails, which holds no model, and Runtime files of
    model artifacts, Data Science documentation: the conda pack is named in each model's runtime.yaml.
    """
    if told.spec.runtime is None or told.spec.runtime.model_group_id is None:
        return
    for name in _OF_ONE_MODEL:
        if f"{RUNTIME}.{name}" in told.mentioned:
            yield Complaint(f"{RUNTIME}.{name}", "the models of a group (modelGroupId) bring this with them")


def a_compute_target_scales_to_one_value(told: Told) -> Iterator[Complaint]:
    """With computeTargetDetails the number of replicas follows one threshold, without queries.

    Source: oci.data_science.models.TargetPredefinedMetricExpressionRule, which has one threshold.
    """
    infrastructure = told.spec.infrastructure
    if infrastructure is None or infrastructure.compute_target_details is None or infrastructure.auto_scaling is None:
        return
    path = f"{INFRASTRUCTURE}.autoScaling"
    if infrastructure.auto_scaling.scaling_type is ScalingType.CUSTOM:
        yield Complaint(f"{path}.scalingType", "a compute target (computeTargetDetails) takes no custom queries")
    if f"{path}.scaleInThreshold" in told.mentioned:
        yield Complaint(
            f"{path}.scaleInThreshold", "a compute target (computeTargetDetails) keeps one value, scaleOutThreshold"
        )


def a_compute_target_replaces_instances(told: Told) -> Iterator[Complaint]:
    """The key computeTargetDetails excludes what describes instances, and model groups.

    Source: oci.data_science.models.ManagedComputeClusterModelDeployInfrastructureConfigDetails, which has none of these
    fields; a model group runs on an instance pool.
    """
    infrastructure, runtime = told.spec.infrastructure, told.spec.runtime
    if infrastructure is None or infrastructure.compute_target_details is None:
        return
    for name in _OF_INSTANCES:
        if f"{INFRASTRUCTURE}.{name}" in told.mentioned:
            yield Complaint(f"{INFRASTRUCTURE}.{name}", "a compute target (computeTargetDetails) has no such setting")
    if runtime is not None and runtime.model_group_id is not None:
        yield Complaint(f"{RUNTIME}.modelGroupId", "a compute target (computeTargetDetails) serves no model groups")
