"""For what machines an environment is made, and how, as far as the deployment file and the options say."""

from __future__ import annotations

import re

from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.environment import BuildSettings, Platform
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.planning.environment import EnvironmentTarget
from oci_mlflow_core.planning.newest_packages import exclude_newer
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, PackBuild

#: Shapes with Ampere's processors: VM.Standard.A1.Flex, BM.Standard.A1.160, VM.Standard.A2.Flex, …
#: Source: Compute Shapes, Oracle Cloud Infrastructure documentation.
_ARM_SHAPE = re.compile(r"(?:VM|BM)\.Standard\.A[0-9]+\..+")
#: Shapes with GPUs: VM.GPU3.1, VM.GPU.A10.2, BM.GPU.H100.8, … Source: the same page.
_GPU_SHAPE = re.compile(r"(?:VM|BM)\.GPU[0-9.].*")


def platform_of(infrastructure: Infrastructure | None) -> Platform:
    """The platform of the machines that the shape names; x86-64 where none is named, as the service's default is."""
    shape = infrastructure.shape_name if infrastructure else None
    return Platform.LINUX_AARCH64 if shape and _ARM_SHAPE.fullmatch(shape) else Platform.LINUX_64


def is_for_gpu(build: PackBuild, infrastructure: Infrastructure | None) -> bool:
    """Whether the pack is for machines with GPUs: as ``gpu`` says, else as the shape is."""
    if build.gpu is not None:
        return build.gpu
    shape = infrastructure.shape_name if infrastructure else None
    return bool(shape and _GPU_SHAPE.fullmatch(shape))


def environment_target(
    runtime: CondaRuntime | ContainerRuntime,
    infrastructure: Infrastructure | None,
    options: CommandOptions,
    facts: ModelFacts,
) -> EnvironmentTarget:
    """What decides about the environment besides the model, for the machines of OCI.

    Raises:
        InvalidRequestError: ``-C exclude-newer`` cannot be followed.
    """
    build = runtime.uri if isinstance(runtime, CondaRuntime) and isinstance(runtime.uri, PackBuild) else PackBuild()
    return EnvironmentTarget(
        platform=platform_of(infrastructure),
        gpu=is_for_gpu(build, infrastructure),
        glibc=runtime.glibc or "",
        exclude_newer=exclude_newer(options.exclude_newer, facts),
        settings=BuildSettings(
            builder_image=runtime.builder_image,
            channel_alias=runtime.channel_alias.rstrip("/") if runtime.channel_alias else None,
        ),
    )
