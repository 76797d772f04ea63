"""The shapes that deployments can have.

Ranges of flexible shapes are those of the SDK's ``ModelDeploymentInstanceShapeConfigDetails``.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Flexible:
    """What a flexible shape can be set to."""

    max_ocpus: float
    max_memory: float
    min_ocpus: float = 1
    min_memory: float = 6
    #: Gigabytes for each OCPU.
    memory_per_ocpu: tuple[float, float] = (1, 64)
    burstable: bool = True


@attrs.frozen
class Shape:
    """One shape; its cores and memory are what it has when nothing is said."""

    name: str
    cores: int
    memory: int
    series: str
    flexible: Flexible | None = None

    def summary(self) -> dict[str, object]:
        """As ``ModelDeploymentShapeSummary``."""
        return {"name": self.name, "coreCount": self.cores, "memoryInGBs": self.memory, "shapeSeries": self.series}


SHAPES: tuple[Shape, ...] = (
    Shape("VM.Standard.E3.Flex", 1, 16, "AMD_ROME", Flexible(64, 1024)),
    Shape("VM.Standard.E4.Flex", 1, 16, "AMD_ROME", Flexible(64, 1024)),
    Shape("VM.Standard3.Flex", 1, 16, "INTEL_SKYLAKE", Flexible(32, 512)),
    Shape("VM.Optimized3.Flex", 1, 14, "INTEL_SKYLAKE", Flexible(18, 256, burstable=False)),
    Shape("VM.Standard.A1.Flex", 1, 6, "ARM", Flexible(80, 512, burstable=False)),
    Shape("VM.Standard2.1", 1, 15, "INTEL_SKYLAKE"),
    Shape("VM.Standard2.2", 2, 30, "INTEL_SKYLAKE"),
    Shape("VM.Standard2.4", 4, 60, "INTEL_SKYLAKE"),
    Shape("VM.Standard2.8", 8, 120, "INTEL_SKYLAKE"),
    Shape("VM.Standard2.16", 16, 240, "INTEL_SKYLAKE"),
    Shape("VM.Standard2.24", 24, 320, "INTEL_SKYLAKE"),
    Shape("VM.GPU2.1", 12, 72, "NVIDIA_GPU"),
    Shape("VM.GPU3.1", 6, 90, "NVIDIA_GPU"),
    Shape("VM.GPU3.2", 12, 180, "NVIDIA_GPU"),
    Shape("VM.GPU.A10.1", 15, 240, "NVIDIA_GPU"),
    Shape("VM.GPU.A10.2", 30, 480, "NVIDIA_GPU"),
    Shape("BM.GPU.A10.4", 64, 1024, "NVIDIA_GPU"),
)
