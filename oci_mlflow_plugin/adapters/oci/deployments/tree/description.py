"""A deployment that the service tells of, in the core's words."""

from __future__ import annotations

import attrs

from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_plugin.adapters.oci.deployments.tree.cluster import read_compute_target, with_workload_policy
from oci_mlflow_plugin.adapters.oci.deployments.tree.environment import read_container, read_variables
from oci_mlflow_plugin.adapters.oci.deployments.tree.instances import with_instances
from oci_mlflow_plugin.adapters.oci.deployments.tree.layout import sections_of
from oci_mlflow_plugin.adapters.oci.deployments.tree.logs import with_logs
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain
from oci_mlflow_plugin.adapters.oci.deployments.tree.scaling import with_scaling


def described(tree: Plain) -> DesiredDeployment:
    """The deployment with every setting that the deployment file has a key for.

    The logs are always ``accessLog`` and ``predictLog``, and the replica of an autoscaled deployment is its initial
    count, whichever way they were once written.
    """
    sections = sections_of(tree)
    environment = sections.get("environmentConfigurationDetails")
    group = sections.get("modelGroupId") or ""
    return DesiredDeployment(
        name=sections.get("displayName") or "",
        model_id=sections.get("modelId") or "",
        model_group_id=group,
        description=sections.get("description") or "",
        compartment_id=sections.get("compartmentId") or "",
        project_id=sections.get("projectId") or "",
        freeform_tags=dict(sections.get("freeformTags") or {}),
        defined_tags={namespace: dict(tags) for namespace, tags in (sections.get("definedTags") or {}).items()},
        infrastructure=_infrastructure(sections),
        environment_variables=read_variables(environment),
        container=read_container(environment, group),
    )


def _infrastructure(sections: Plain) -> Infrastructure:
    place = Infrastructure(compartment_id=sections.get("compartmentId"), project_id=sections.get("projectId"))
    placed = with_logs(place, sections.get("categoryLogDetails"))
    policy = sections.get("scalingPolicy")
    if target := sections.get("computeTargetId"):
        compute = read_compute_target(target, sections.get("modelDeploymentResourceConfiguration"))
        return with_workload_policy(attrs.evolve(placed, compute_target_details=compute), policy)
    instances = with_scaling(with_instances(placed, sections.get("instanceConfiguration") or {}), policy)
    return attrs.evolve(
        instances,
        bandwidth_mbps=sections.get("bandwidthMbps"),
        maximum_bandwidth_mbps=sections.get("maximumBandwidthMbps"),
    )
