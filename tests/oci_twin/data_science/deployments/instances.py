"""What the instances of a deployment may be, and the network that they are in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oci_twin.data_science.behaviour import Behaviour
from oci_twin.data_science.bodies.deployments import CPU_BASELINES, CUSTOM_NETWORKING, MANAGED_NETWORKING
from oci_twin.data_science.compute_shapes import Flexible, Shape
from oci_twin.data_science.refusals import invalid, missing

_CONFIG = "modelDeploymentInstanceShapeConfigDetails"
_FULL_BASELINE = CPU_BASELINES[-1]


def require_instance(instance: Mapping[str, Any], shapes: Iterable[Shape], behaviour: Behaviour) -> None:
    """Lets an instance configuration pass that the service can make.

    Raises:
        Refusal: 400.
    """
    name = instance["instanceShapeName"]
    shape = next((shape for shape in shapes if shape.name == name), None)
    if shape is None:
        raise invalid(f"{name!r} is no shape for model deployments.")
    _require_shape_config(shape, instance.get(_CONFIG), behaviour)
    _require_network(instance)


def _require_shape_config(shape: Shape, config: Mapping[str, Any] | None, behaviour: Behaviour) -> None:
    if shape.flexible is None:
        if config and behaviour.refuse_odd_shape_config:
            raise invalid(f"{shape.name} is not flexible; {_CONFIG} is not possible.")
        return
    for field in ("ocpus", "memoryInGBs"):
        if (config or {}).get(field) is None:
            raise missing(f"{_CONFIG}.{field} of the flexible shape {shape.name}")
    assert config is not None
    _require_amounts(shape.name, shape.flexible, config["ocpus"], config["memoryInGBs"])
    if not shape.flexible.burstable and config.get("cpuBaseline", _FULL_BASELINE) != _FULL_BASELINE:
        raise invalid(f"{shape.name} is not burstable; cpuBaseline must be {_FULL_BASELINE}.")


def _require_amounts(name: str, flexible: Flexible, ocpus: float, memory: float) -> None:
    if not flexible.min_ocpus <= ocpus <= flexible.max_ocpus:
        raise invalid(f"{name} has {flexible.min_ocpus} to {flexible.max_ocpus} OCPUs, not {ocpus}.")
    if not flexible.min_memory <= memory <= flexible.max_memory:
        raise invalid(f"{name} has {flexible.min_memory} to {flexible.max_memory} GB of memory, not {memory}.")
    least, most = flexible.memory_per_ocpu
    if not least * ocpus <= memory <= most * ocpus:
        raise invalid(f"{name} has {least} to {most} GB of memory for each OCPU, not {memory} for {ocpus}.")


def _require_network(instance: Mapping[str, Any]) -> None:
    access = instance.get("networkAccessType")
    if access == CUSTOM_NETWORKING and "subnetId" not in instance:
        raise missing(f"subnetId of {CUSTOM_NETWORKING}")
    if access in MANAGED_NETWORKING and "subnetId" in instance:
        raise invalid(f"networkAccessType must be {CUSTOM_NETWORKING} for a subnetId, not {access}.")
