"""Rules about compute shapes and their sizes."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.limits.told import INFRASTRUCTURE, Complaint, Told

_SIZE = f"{INFRASTRUCTURE}.shapeConfigDetails"


@attrs.frozen
class _Range:
    """OCPUs and gigabytes that a flexible shape can have, both included."""

    ocpus: tuple[float, float]
    gigabytes: tuple[float, float]
    #: Gigabytes for each OCPU; None where no such rule is published.
    for_each: tuple[float, float] | None = None


_AMD = _Range((1, 64), (6, 1024), (1, 64))
_RANGES = {
    "VM.Standard.E3.Flex": _AMD,
    "VM.Standard.E4.Flex": _AMD,
    "VM.Standard3.Flex": _Range((1, 32), (6, 512)),
    "VM.Optimized3.Flex": _Range((1, 18), (6, 256)),
}


def flexible_shapes_have_a_size(told: Told) -> Iterator[Complaint]:
    """A shape whose name ends in Flex needs both OCPUs and memory.

    Source: docstring of model_deployment_instance_shape_config_details in
    oci.data_science.models.InstanceConfiguration,
    and the Flex shapes of the documentation (Supported compute shapes).
    """
    found = _shaped(told)
    if found is None or not found[1].endswith("Flex"):
        return
    missing = [name for name in ("ocpus", "memoryInGBs") if f"{_SIZE}.{name}" not in told.mentioned]
    size = found[0].shape_config_details
    if missing and (size is not None or _SIZE not in told.mentioned):
        path = _SIZE if size is not None else f"{INFRASTRUCTURE}.shapeName"
        shape = told.quote(f"{INFRASTRUCTURE}.shapeName", found[1])
        yield Complaint(path, f"the flexible shape {shape} needs shapeConfigDetails with {' and '.join(missing)}")


def fixed_shapes_have_none(told: Told) -> Iterator[Complaint]:
    """A shape of a fixed size takes no size.

    Source: docstring of model_deployment_instance_shape_config_details in
    oci.data_science.models.InstanceConfiguration.
    """
    found = _shaped(told)
    if found is not None and not found[1].endswith("Flex") and found[0].shape_config_details is not None:
        shape = told.quote(f"{INFRASTRUCTURE}.shapeName", found[1])
        yield Complaint(_SIZE, f"the shape {shape} has a fixed size; shapeConfigDetails is for Flex shapes")


def sizes_are_in_the_range_of_the_shape(told: Told) -> Iterator[Complaint]:
    """OCPUs and memory lie in the range of the shape, and in proportion.

    Source: docstrings of ocpus and memory_in_gbs in oci.data_science.models.ModelDeploymentInstanceShapeConfigDetails;
    the proportion from Flexible shapes, Oracle Cloud Infrastructure documentation.
    """
    found = _shaped(told)
    limits = _RANGES.get(found[1]) if found else None
    size = found[0].shape_config_details if found else None
    if found is None or limits is None or size is None:
        return
    shape = told.quote(f"{INFRASTRUCTURE}.shapeName", found[1])
    ocpus, gigabytes = size.ocpus, size.memory_in_gbs
    if ocpus is not None and not _within(ocpus, limits.ocpus):
        yield _outside(told, "ocpus", f"{shape} has {_span(limits.ocpus)} OCPUs", ocpus)
    if gigabytes is None:
        return
    if not _within(gigabytes, limits.gigabytes):
        yield _outside(told, "memoryInGBs", f"{shape} has {_span(limits.gigabytes)} GB", gigabytes)
    elif ocpus and limits.for_each and not _within(gigabytes / ocpus, limits.for_each):
        yield _outside(told, "memoryInGBs", f"{shape} has {_span(limits.for_each)} GB for each of its OCPUs", gigabytes)


def _shaped(told: Told) -> tuple[Infrastructure, str] | None:
    infrastructure = told.spec.infrastructure
    if infrastructure is None or infrastructure.shape_name is None:
        return None
    return infrastructure, infrastructure.shape_name


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]


def _span(span: tuple[float, float]) -> str:
    return f"{span[0]:g} to {span[1]:g}"


def _outside(told: Told, name: str, rule: str, value: float) -> Complaint:
    path = f"{_SIZE}.{name}"
    return Complaint(path, f"{rule}, got {told.quote(path, value)}")
