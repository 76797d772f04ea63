"""Rules about the load balancer and the network."""

from __future__ import annotations

from collections.abc import Iterator

from oci_mlflow_core.spec.infrastructure import NetworkAccessType
from oci_mlflow_core.spec.limits.told import INFRASTRUCTURE, Complaint, Told

_MOST_GROWTH = 2


def bandwidth_at_most_doubles(told: Told) -> Iterator[Complaint]:
    """The value of maximumBandwidthMbps is more than bandwidthMbps, and at most twice as much.

    Source: Load balancer autoscaling, Data Science documentation.
    """
    infrastructure = told.spec.infrastructure
    if infrastructure is None or infrastructure.maximum_bandwidth_mbps is None or infrastructure.bandwidth_mbps is None:
        return
    low, high = infrastructure.bandwidth_mbps, infrastructure.maximum_bandwidth_mbps
    if not low < high <= _MOST_GROWTH * low:
        path = f"{INFRASTRUCTURE}.maximumBandwidthMbps"
        least = told.quote(f"{INFRASTRUCTURE}.bandwidthMbps", low)
        yield Complaint(
            path, f"expected more than bandwidthMbps ({least}) and at most twice that, got {told.quote(path, high)}"
        )


def custom_networking_has_a_subnet(told: Told) -> Iterator[Complaint]:
    """The networkAccessType CUSTOM_NETWORKING needs subnetId, and the managed kinds exclude it.

    Source: docstrings of subnet_id and network_access_type in oci.data_science.models.InstanceConfiguration, and
    Creating a model deployment with custom networking, Data Science documentation.
    """
    infrastructure = told.spec.infrastructure
    if infrastructure is None or infrastructure.network_access_type is None:
        return
    access, subnet = infrastructure.network_access_type, f"{INFRASTRUCTURE}.subnetId"
    if access is NetworkAccessType.CUSTOM_NETWORKING and subnet not in told.mentioned:
        yield Complaint(f"{INFRASTRUCTURE}.networkAccessType", "CUSTOM_NETWORKING needs a subnetId")
    if access is not NetworkAccessType.CUSTOM_NETWORKING and infrastructure.subnet_id is not None:
        kind = told.quote(f"{INFRASTRUCTURE}.networkAccessType", access.value)
        yield Complaint(subnet, f"a subnet is for CUSTOM_NETWORKING, and networkAccessType is {kind}")
