"""The one place that names concrete adapters; everything above it sees ports only."""

from __future__ import annotations

import functools
import os
import platform
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.hookspecs import DeployServiceDescriptor, PackStoreDescriptor
from oci_mlflow_core.model.environment import Platform
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.ports.progress_sink import ProgressSink
from oci_mlflow_core.usecases.ports import ImagePorts, Ports
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.layout import Home, default_home
from oci_mlflow_plugin.progress.choice import progress_on_stderr
from oci_mlflow_plugin.registry import Registry, load_registry

if TYPE_CHECKING:
    from oci_mlflow_core.model.image import ImageServer
    from oci_mlflow_core.ports.inspector import Inspector
    from oci_mlflow_core.ports.pack_cache import PackCache
    from oci_mlflow_core.spec.infrastructure import Infrastructure
    from oci_mlflow_plugin.adapters.local.service import LocalDeployService

_EVERY_OTHER_REGION = "*"
_PACK_SCHEME = "oci"
#: Of the images that the service runs models in (Oracle Linux 8).
_SERVICE_GLIBC = "2.28"


def compose(
    target: Target,
    options: CommandOptions | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    progress: ProgressSink | None = None,
    infrastructure: Infrastructure | None = None,
) -> Ports:
    """All ports for commands on that target; adapters are made here, and import what is heavy when they are used.

    Args:
        target: Where deployments are.
        options: How the command goes.
        environ: The process's environment where it is left out.
        progress: Where progress goes; stderr where it is left out.
        infrastructure: The section of the deployment file, whose compartment and project win over the target's.

    Raises:
        InvalidRequestError: Nothing that is installed serves the target.
    """
    session = session_of(target, options, environ, infrastructure)
    clock = SystemClock()
    return _ports(session, progress or progress_on_stderr(clock), clock)


def _ports(session: Session, sink: ProgressSink, clock: Clock) -> Ports:
    from oci_mlflow_builders.archive import TarPacker  # noqa: PLC0415 (only commands that act pay for it)
    from oci_mlflow_builders.checking import PrefixCheck  # noqa: PLC0415

    from oci_mlflow_plugin.adapters.home.alongside import ThreadAlongside  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.home.journal import FileJournal  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.home.local_copies import FileCopies  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.home.runs import ProcessRuns  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.home.workspaces import HomeWorkspaces  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.score.assembler import ScoreArtifactAssembler  # noqa: PLC0415

    registry = registry_with_notes(sink)
    descriptor = service_descriptor(registry, session.target)
    packs = _pack_store(registry, session.target).factory(session)
    built_for = _platform(session.target)
    return Ports(
        target=session.target,
        service_descriptor=descriptor,
        platform=built_for,
        glibc=_glibc(built_for, session.target),
        service=descriptor.factory(session, packs),
        source=registry.sources[0].factory(session),
        packs=packs,
        builders=registry.builders,
        packer=TarPacker(),
        check=PrefixCheck(),
        cache=compose_pack_cache(session, sink, clock),
        copies=FileCopies(),
        alongside=ThreadAlongside(),
        assembler=ScoreArtifactAssembler(),
        workspaces=HomeWorkspaces(Home(session.home), sink),
        journal=FileJournal(Home(session.home)),
        runs=ProcessRuns(),
        progress=sink,
        clock=clock,
        images=_images(registry),
        service_packs=descriptor.service_packs(session) if descriptor.service_packs else None,
    )


def _images(registry: Registry) -> ImagePorts:
    from oci_mlflow_plugin.adapters.image_registry.registry import HttpImageRegistry  # noqa: PLC0415

    return ImagePorts(registry=HttpImageRegistry(), builders=registry.image_builders, server=_image_server)


def _image_server(port: int) -> ImageServer:
    from oci_mlflow_plugin.adapters.image_server.image_server import image_server  # noqa: PLC0415 (reads the server's files)

    return image_server(port)


def compose_pack_cache(session: Session, sink: ProgressSink, clock: Clock) -> PackCache:
    """The packs that this machine keeps.

    Raises:
        InvalidRequestError: ``OCI_MLFLOW_PACKS_MAX_BYTES`` is no number of bytes.
    """
    from oci_mlflow_plugin.adapters.home.pack_cache.bound import bound_of  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.home.pack_cache.cache import FilePackCache  # noqa: PLC0415

    return FilePackCache(Home(session.home), sink, clock, bound_of(os.environ))


def compose_foreground(
    target: Target, options: CommandOptions, *, progress: ProgressSink | None = None
) -> tuple[Ports, LocalDeployService]:
    """Ports for a deployment on this machine that ends with this process, and the service that runs it."""
    from oci_mlflow_plugin.adapters.local.foreground import Foreground  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.local.service import LocalDeployService  # noqa: PLC0415

    ports = compose(target, options, progress=progress)
    if not isinstance(ports.service, LocalDeployService):
        raise InvalidRequestError(f"the target {target} is served by another distribution's service")
    service = attrs.evolve(ports.service, foreground=Foreground())
    return attrs.evolve(ports, service=service), service


def compose_service(target: Target, options: CommandOptions | None = None) -> DeployService:
    """The deploy service alone, for commands that only look or call.

    Raises:
        InvalidRequestError: Nothing that is installed serves the target.
    """
    session = session_of(target, options, None)
    registry = registry_with_notes(progress_on_stderr(SystemClock()))
    descriptor = service_descriptor(registry, target)
    return descriptor.factory(session, _pack_store(registry, target).factory(session))


def compose_inspector(target: Target, infrastructure: Infrastructure | None = None) -> Inspector:
    """What looks at the target's service.

    Raises:
        InvalidRequestError: Nothing that is installed serves the target, or what does has no inspector.
    """
    session = session_of(target, infrastructure=infrastructure)
    registry = registry_with_notes(progress_on_stderr(SystemClock()))
    descriptor = service_descriptor(registry, target)
    if descriptor.inspector is None:
        raise InvalidRequestError(
            f"the target {target} has no shapes, logs or needs to look at",
            "'mlflow deployments get' shows the last lines of a deployment that failed.",
        )
    return descriptor.inspector(session, _pack_store(registry, target).factory(session))


def session_of(
    target: Target,
    options: CommandOptions | None = None,
    environ: Mapping[str, str] | None = None,
    infrastructure: Infrastructure | None = None,
) -> Session:
    """What adapters are made for."""
    return Session(
        target=target,
        home=default_home(os.environ if environ is None else environ),
        options=options or CommandOptions(),
        compartment_id=infrastructure.compartment_id if infrastructure else None,
        project_id=infrastructure.project_id if infrastructure else None,
    )


@functools.cache
def _registry() -> Registry:
    return load_registry()


def registry_with_notes(progress: ProgressSink) -> Registry:
    """What is installed; what was skipped is told once in the life of the process."""
    first = _registry.cache_info().currsize == 0
    registry = _registry()
    if first:
        for note in registry.notes:
            progress.note(note)
    return registry


def service_descriptor(registry: Registry, target: Target) -> DeployServiceDescriptor:
    """The service for the target's region.

    Raises:
        InvalidRequestError: Nothing that is installed serves the target.
    """
    region = target.region or _EVERY_OTHER_REGION
    for wanted in (region, _EVERY_OTHER_REGION):
        for descriptor in registry.services:
            if descriptor.region == wanted:
                return descriptor
    served = ", ".join(f"oci-datascience://{descriptor.region}" for descriptor in registry.services)
    raise InvalidRequestError(
        f"nothing that is installed deploys to {target}", f"This version deploys to: {served or 'nothing'}."
    )


def discard_environment(session: Session, sha256: str) -> None:
    """Removes the unpacked environment of that pack from this machine, unless a deployment uses it."""
    from oci_mlflow_plugin.adapters.home.layout import Home  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.local.environments import Environments  # noqa: PLC0415

    Environments(Home(session.home)).discard(sha256)


def _pack_store(registry: Registry, target: Target) -> PackStoreDescriptor:
    for wanted in (target.region, _EVERY_OTHER_REGION):
        for descriptor in registry.pack_stores:
            if (descriptor.scheme, descriptor.region) == (_PACK_SCHEME, wanted):
                return descriptor
    raise InvalidRequestError(f"nothing that is installed stores packs for {target}")


def _platform(target: Target) -> Platform:
    """What environments are built for: this machine, or the linux-64 of OCI's shapes."""
    if not target.is_local:
        return Platform.LINUX_64
    machine = {"x86_64": "64", "amd64": "64", "arm64": "aarch64", "aarch64": "aarch64"}.get(platform.machine().lower())
    known = {
        ("linux", "64"): Platform.LINUX_64,
        ("linux", "aarch64"): Platform.LINUX_AARCH64,
        ("darwin", "64"): Platform.OSX_64,
        ("darwin", "aarch64"): Platform.OSX_ARM64,
    }
    found = known.get((sys.platform, machine or ""))
    if found is None:
        raise InvalidRequestError(
            f"this machine ({sys.platform}, {platform.machine()}) cannot run deployments",
            "The target oci-datascience://local needs Linux or macOS on x86-64 or ARM64.",
        )
    return found


def _glibc(built_for: Platform, target: Target) -> str:
    """The service's, so that one environment serves everywhere; this machine's where it is older and is the target."""
    if not built_for.value.startswith("linux"):
        return ""
    name, version = platform.libc_ver()
    if not target.is_local or name != "glibc":
        return _SERVICE_GLIBC
    return min(version, _SERVICE_GLIBC, key=lambda text: [int(part) for part in text.split(".")[:2]])
