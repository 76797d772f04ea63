"""The ports that one command works with, handed over together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from oci_mlflow_core.hookspecs import DeployServiceDescriptor, EnvBuilderDescriptor, ImageBuilderDescriptor
    from oci_mlflow_core.model.environment import Platform
    from oci_mlflow_core.model.image import ImageServer
    from oci_mlflow_core.model.target import Target
    from oci_mlflow_core.ports.alongside import Alongside
    from oci_mlflow_core.ports.artifact_assembler import ArtifactAssembler
    from oci_mlflow_core.ports.artifact_source import ArtifactSource
    from oci_mlflow_core.ports.clock import Clock
    from oci_mlflow_core.ports.deploy_service import DeployService
    from oci_mlflow_core.ports.env_builder import EnvPacker
    from oci_mlflow_core.ports.environment_check import EnvironmentCheck
    from oci_mlflow_core.ports.image_registry import ImageRegistry
    from oci_mlflow_core.ports.journal import Journal
    from oci_mlflow_core.ports.local_copies import LocalCopies
    from oci_mlflow_core.ports.pack_cache import PackCache
    from oci_mlflow_core.ports.pack_store import PackStore
    from oci_mlflow_core.ports.progress_sink import ProgressSink
    from oci_mlflow_core.ports.runs import Runs
    from oci_mlflow_core.ports.service_packs import ServicePacks
    from oci_mlflow_core.ports.workspaces import Workspaces


@attrs.frozen(kw_only=True)
class ImagePorts:
    """What container images need."""

    registry: ImageRegistry
    #: Every image builder that is installed; one is chosen when an image has to be made.
    builders: tuple[ImageBuilderDescriptor, ...]
    #: What answers requests, on the given port, in an image that is made.
    server: Callable[[int], ImageServer]


@attrs.frozen(kw_only=True)
class Ports:
    """Everything outside of the core that a use case may need."""

    target: Target
    #: How the target's service was registered: whether others can reach it, where packs go by default.
    service_descriptor: DeployServiceDescriptor
    #: What environments are built for.
    platform: Platform
    #: Of the machines that environments are built for, such as ``2.28``; empty for a platform without glibc.
    glibc: str
    service: DeployService
    source: ArtifactSource
    packs: PackStore
    #: Every environment builder that is installed; one is chosen when an environment has to be made.
    builders: tuple[EnvBuilderDescriptor, ...]
    packer: EnvPacker
    #: None where nothing looks at environments before they are published.
    check: EnvironmentCheck | None
    cache: PackCache
    copies: LocalCopies
    alongside: Alongside
    assembler: ArtifactAssembler
    workspaces: Workspaces
    journal: Journal
    runs: Runs
    progress: ProgressSink
    clock: Clock
    #: None for a service that keeps no packs of its own.
    service_packs: ServicePacks | None = None
    #: None where neither a registry can be asked nor an image be made.
    images: ImagePorts | None = None
