"""Instances of one's own: shape, size and network (``instanceConfiguration``)."""

from __future__ import annotations

import attrs

from oci_mlflow_core.spec.infrastructure import CpuBaseline, Infrastructure, NetworkAccessType, ShapeConfig
from oci_mlflow_plugin.adapters.oci.deployments.tree import defaults
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain, number, without_none


def instance_configuration(infrastructure: Infrastructure) -> Plain:
    """What each instance is, complete.

    Source: oci.data_science.models.InstanceConfiguration.
    """
    shape = infrastructure.shape_name or defaults.SHAPE
    reservations = infrastructure.capacity_reservation_ids
    return without_none(
        instanceShapeName=shape,
        modelDeploymentInstanceShapeConfigDetails=_size(shape, infrastructure.shape_config_details),
        subnetId=infrastructure.subnet_id,
        privateEndpointId=infrastructure.private_endpoint_id,
        networkAccessType=_access(infrastructure),
        capacityReservationIds=None if reservations is None else list(reservations),
    )


def with_instances(infrastructure: Infrastructure, configuration: Plain) -> Infrastructure:
    """`infrastructure` with what an ``instanceConfiguration`` says."""
    size = configuration.get("modelDeploymentInstanceShapeConfigDetails")
    access = configuration.get("networkAccessType")
    reservations = configuration.get("capacityReservationIds")
    return attrs.evolve(
        infrastructure,
        shape_name=configuration.get("instanceShapeName"),
        shape_config_details=_read_size(size) if size else None,
        subnet_id=configuration.get("subnetId"),
        private_endpoint_id=configuration.get("privateEndpointId"),
        network_access_type=NetworkAccessType(access) if access in set(NetworkAccessType) else None,
        capacity_reservation_ids=tuple(reservations) if reservations else None,
    )


def _access(infrastructure: Infrastructure) -> str | None:
    """With a subnet there is one kind; another one is what the service noted before there was a subnet."""
    access = infrastructure.network_access_type
    if access is None:
        return None
    return (NetworkAccessType.CUSTOM_NETWORKING if infrastructure.subnet_id else access).value


def _size(shape: str, config: ShapeConfig | None) -> Plain | None:
    """A flexible shape needs its size, a fixed one takes none."""
    if not shape.endswith(defaults.FLEXIBLE):
        return None
    config = config or ShapeConfig()
    return without_none(
        ocpus=config.ocpus if config.ocpus is not None else defaults.OCPUS,
        memoryInGBs=config.memory_in_gbs if config.memory_in_gbs is not None else defaults.MEMORY_IN_GBS,
        cpuBaseline=config.cpu_baseline.value if config.cpu_baseline else None,
    )


def _read_size(size: Plain) -> ShapeConfig:
    baseline = size.get("cpuBaseline")
    return ShapeConfig(
        ocpus=number(size.get("ocpus")),
        memory_in_gbs=number(size.get("memoryInGBs")),
        cpu_baseline=CpuBaseline(baseline) if baseline in set(CpuBaseline) else None,
    )
