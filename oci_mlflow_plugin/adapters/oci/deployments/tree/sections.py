"""The settings of a deployment as it should be, in the service's words."""

from __future__ import annotations

from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.oci.deployments.tree import defaults
from oci_mlflow_plugin.adapters.oci.deployments.tree.cluster import resource_configuration, workload_policy
from oci_mlflow_plugin.adapters.oci.deployments.tree.environment import environment_configuration
from oci_mlflow_plugin.adapters.oci.deployments.tree.instances import instance_configuration
from oci_mlflow_plugin.adapters.oci.deployments.tree.layout import Kind
from oci_mlflow_plugin.adapters.oci.deployments.tree.logs import category_logs
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain, without_none
from oci_mlflow_plugin.adapters.oci.deployments.tree.scaling import scaling_policy


def kind_wanted(desired: DesiredDeployment) -> Kind:
    """What kind of deployment it should be."""
    if desired.model_group_id:
        return Kind.MODEL_GROUP
    return Kind.SINGLE_MODEL_FLEX if desired.infrastructure.compute_target_details else Kind.SINGLE_MODEL


def wanted_sections(desired: DesiredDeployment) -> Plain:
    """Every section, complete: where the file is silent, the defaults.

    Raises:
        InvalidRequestError: A compute target cannot follow the autoscaling that is asked for.
    """
    return {
        "displayName": desired.name,
        "description": desired.description,
        "freeformTags": dict(desired.freeform_tags),
        "definedTags": {namespace: dict(tags) for namespace, tags in desired.defined_tags.items()},
        "categoryLogDetails": category_logs(desired.infrastructure),
        "environmentConfigurationDetails": environment_configuration(desired.environment_variables, desired.container),
        **_served(desired),
        **_resources(desired),
    }


def _served(desired: DesiredDeployment) -> Plain:
    kind = kind_wanted(desired)
    return {kind.identity: desired.model_group_id if kind is Kind.MODEL_GROUP else desired.model_id}


def _resources(desired: DesiredDeployment) -> Plain:
    infrastructure = desired.infrastructure
    target = infrastructure.compute_target_details
    if target is not None:
        return without_none(
            computeTargetId=target.compute_target_id,
            modelDeploymentResourceConfiguration=resource_configuration(target),
            scalingPolicy=workload_policy(infrastructure),
        )
    return without_none(
        instanceConfiguration=instance_configuration(infrastructure),
        scalingPolicy=scaling_policy(infrastructure),
        bandwidthMbps=infrastructure.bandwidth_mbps or defaults.BANDWIDTH_MBPS,
        maximumBandwidthMbps=infrastructure.maximum_bandwidth_mbps,
    )
