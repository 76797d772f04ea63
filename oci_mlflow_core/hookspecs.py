"""The hooks by which back ends are registered, built-in ones and a stranger's alike.

A distribution names a module or object with ``@hookimpl`` functions in the entry point group ``oci_mlflow``. Each
hook returns frozen descriptors: nothing heavy is imported or built until one of them is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import attrs
import pluggy

if TYPE_CHECKING:
    from oci_mlflow_core.model.environment import EnvironmentRequest
    from oci_mlflow_core.model.image import ImagePlatform
    from oci_mlflow_core.model.target import Session
    from oci_mlflow_core.ports.artifact_source import ArtifactSource
    from oci_mlflow_core.ports.deploy_service import DeployService
    from oci_mlflow_core.ports.env_builder import EnvBuilder
    from oci_mlflow_core.ports.image_builder import ImageBuilder
    from oci_mlflow_core.ports.inspector import Inspector
    from oci_mlflow_core.ports.pack_store import PackStore
    from oci_mlflow_core.ports.service_packs import ServicePacks

#: The entry point group, and the name by which pluggy knows the project.
NAME = "oci_mlflow"

hookspec = pluggy.HookspecMarker(NAME)
#: Marks a function as an implementation of one of the hooks below.
hookimpl = pluggy.HookimplMarker(NAME)


def _builds_anything(_request: EnvironmentRequest) -> str | None:
    return None


def _always_usable() -> str | None:
    return None


@attrs.frozen(kw_only=True)
class EnvBuilderDescriptor:
    """An environment builder that can be chosen."""

    #: What ``builder:`` and ``-C builder=`` call it.
    name: str
    #: One line for lists and help.
    summary: str
    #: What kind of environments it makes, in a few words.
    builds: str
    #: Makes the builder; called once, when it is chosen.
    factory: Callable[[], EnvBuilder]
    #: Why it cannot be used on this machine, or None where it can. Cheap: it may look for a program, not run it.
    unusable: Callable[[], str | None] = _always_usable
    #: Why it cannot make this environment, or None where it can. Pure.
    refuses: Callable[[EnvironmentRequest], str | None] = _builds_anything
    #: Why what this environment needs cannot be reached now, such as channels that do not answer, or None where it can.
    #: Asked last, and only where the builder would otherwise be chosen of its own accord. It may use the network, for
    #: some seconds at most, and raises nothing.
    reaches: Callable[[EnvironmentRequest], str | None] = _builds_anything
    #: Other builders whose locks this one can build from, to the same pack.
    builds_locks_of: tuple[str, ...] = ()
    #: Among the builders that could, the one with the lowest rank is taken.
    rank: int = 100


def _makes_any_image(_platform: ImagePlatform) -> str | None:
    return None


@attrs.frozen(kw_only=True)
class ImageBuilderDescriptor:
    """A maker of container images that can be chosen."""

    #: What ``imageBuilder:`` and ``-C image-builder=`` call it.
    name: str
    #: One line for lists and help.
    summary: str
    #: Makes the builder; called once, when it is chosen.
    factory: Callable[[], ImageBuilder]
    #: Why it cannot be used on this machine, or None where it can. Cheap: it may look for a program, not run it.
    unusable: Callable[[], str | None] = _always_usable
    #: Why it cannot make images for that platform, or None where it can. Pure.
    refuses: Callable[[ImagePlatform], str | None] = _makes_any_image
    #: Among the builders that could, the one with the lowest rank is taken.
    rank: int = 100


@attrs.frozen(kw_only=True)
class PackStoreDescriptor:
    """A store of packs for the URIs of one scheme."""

    #: Of the URIs, such as ``oci``.
    scheme: str
    #: The region part of the targets that it is for, such as ``local``; ``*`` for every other.
    region: str
    summary: str
    #: Makes the store; gets the session (target, home folder).
    factory: Callable[[Session], PackStore]


@attrs.frozen(kw_only=True)
class DeployServiceDescriptor:
    """A service that runs deployments."""

    #: The region part of the targets that it is for, such as ``local``; ``*`` for every other.
    region: str
    summary: str
    #: Whether others than this machine can reach what it runs, so that the registry is told where a version is served.
    shared: bool
    #: Whether it runs container images.
    runs_containers: bool = False
    #: Whether a live deployment takes one group of settings at a time, as OCI's does; else an update is one order.
    edits_in_groups: bool = False
    #: Where packs are published when the deployment file does not say, an ``oci://`` URI; None where it must say.
    default_destination: str | None = None
    #: Makes the service; gets the session (target, home folder) and the pack store of the same target.
    factory: Callable[[Session, PackStore], DeployService]
    #: Makes what looks at the service for ``oci-mlflow logs``, ``shapes`` and ``doctor``; None where nothing does.
    inspector: Callable[[Session, PackStore], Inspector] | None = None
    #: Makes the index of the packs that the service itself keeps for everybody; None where it keeps none.
    service_packs: Callable[[Session], ServicePacks] | None = None


@attrs.frozen(kw_only=True)
class ArtifactSourceDescriptor:
    """A registry of models."""

    name: str
    summary: str
    #: Makes the source; gets the session (target, home folder).
    factory: Callable[[Session], ArtifactSource]


@hookspec
def oci_mlflow_register_env_builders() -> Iterable[EnvBuilderDescriptor]:
    """Registers environment builders. Stable.

    **Example:**

    .. code-block:: python

        from oci_mlflow_core.hookspecs import EnvBuilderDescriptor, hookimpl


        @hookimpl
        def oci_mlflow_register_env_builders():
            from my_builder import MyBuilder

            yield EnvBuilderDescriptor(
                name="mine",
                summary="Builds with the tools of my company",
                builds="pip requirements",
                factory=MyBuilder,
            )

    Returns:
        Descriptors; their names must be nobody else's.
    """
    return ()


@hookspec
def oci_mlflow_register_image_builders() -> Iterable[ImageBuilderDescriptor]:
    """Registers makers of container images. Provisional: it may change before version 1.

    Returns:
        Descriptors; their names must be nobody else's.
    """
    return ()


@hookspec
def oci_mlflow_register_pack_stores() -> Iterable[PackStoreDescriptor]:
    """Registers pack stores by URI scheme and region. Provisional: it may change before version 1.

    Returns:
        Descriptors; scheme and region together must be nobody else's.
    """
    return ()


@hookspec
def oci_mlflow_register_deploy_services() -> Iterable[DeployServiceDescriptor]:
    """Registers deploy services by target region. Provisional: it may change before version 1.

    Returns:
        Descriptors; their regions must be nobody else's.
    """
    return ()


@hookspec
def oci_mlflow_register_artifact_sources() -> Iterable[ArtifactSourceDescriptor]:
    """Registers registries of models. Provisional: it may change before version 1.

    Returns:
        Descriptors; their names must be nobody else's.
    """
    return ()
