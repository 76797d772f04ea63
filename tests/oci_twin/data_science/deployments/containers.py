"""What a deployment of a container image says about the container, and about the machine that it runs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from oci_twin.data_science.compute_shapes import Shape
from oci_twin.data_science.deployments.sections import Details, scaled_section
from oci_twin.runtime.port import ContainerServing, Machine

#: Where neither the deployment nor OCI's documentation says one.
_PORT = 8080
_ARM = "ARM"


def container_serving(
    environment: Mapping[str, Any], artifact: Path | None, machine: Machine, tenancy_id: str, predict_log_id: str | None
) -> ContainerServing:
    """What a runtime has to run.

    Args:
        environment: ``environmentConfigurationDetails`` of the type ``OCIR_CONTAINER``.
    """
    port = environment.get("serverPort") or _PORT
    return ContainerServing(
        image=environment["image"],
        image_digest=environment.get("imageDigest"),
        entrypoint=_words(environment.get("entrypoint")),
        cmd=_words(environment.get("cmd")),
        server_port=port,
        health_check_port=environment.get("healthCheckPort") or port,
        artifact=artifact,
        environment=dict(environment.get("environmentVariables") or {}),
        tenancy_id=tenancy_id,
        predict_log_id=predict_log_id,
        machine=machine,
    )


def machine_of(details: Details, shapes: Iterable[Shape]) -> Machine:
    """Memory and cores of an instance; an OCPU of x86 is two of an operating system's CPUs, one of ARM is one.

    Source: OCI documentation, "Compute shapes".
    """
    instance = scaled_section(details).get("instanceConfiguration") or {}
    name = instance.get("instanceShapeName")
    shape = next((shape for shape in shapes if shape.name == name), None)
    if shape is None:
        return Machine()
    config = instance.get("modelDeploymentInstanceShapeConfigDetails") or {}
    cores, memory = config.get("ocpus", shape.cores), config.get("memoryInGBs", shape.memory)
    if shape.series == _ARM:
        return Machine(memory, cores, "arm64")
    return Machine(memory, 2 * cores)


def _words(given: list[str] | None) -> tuple[str, ...] | None:
    return tuple(given) if given else None
