"""The environment of a deployment: what has to be done for it, and doing it."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError, PackConflictError
from oci_mlflow_core.model.artifact import ModelFacts, RuntimeDescription
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.pack import ObjectLocation, StoredPack
from oci_mlflow_core.planning.builder_choice import BuilderChoice, choose_builder
from oci_mlflow_core.planning.environment import environment_request
from oci_mlflow_core.planning.naming import pack_location, pack_name, pack_version
from oci_mlflow_core.planning.plan import BuildPack, LockEnvironment, UsePack
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime, PackBuild
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.published_pack import minor_of, published_pack

_URI_PATH = "spec.runtime.spec.uri"


@attrs.frozen(kw_only=True)
class EnvironmentDraft:
    """What was found out about the environment, and the steps that follow from it."""

    steps: tuple[LockEnvironment | BuildPack | UsePack, ...]
    notes: tuple[str, ...] = ()
    #: None for a published pack.
    request: EnvironmentRequest | None = None
    build: PackBuild = attrs.field(factory=PackBuild)
    #: None where the pack is there and nothing has to be built.
    choice: BuilderChoice | None = None
    lock: Lock | None = None
    destination: ObjectLocation | None = None
    name: str = ""
    #: Python of a published pack, ``major.minor``.
    python: str = ""

    def location(self, lock: Lock) -> ObjectLocation:
        """Where the pack of that lock belongs."""
        if self.destination is None:
            raise AssertionError(self)
        return pack_location(
            self.destination, self.name, pack_version(self.build.version, lock), gpu=bool(self.build.gpu)
        )


def draft_environment(ports: Ports, facts: ModelFacts, loaded: LoadedSpec, options: CommandOptions) -> EnvironmentDraft:
    """Finds out what has to be done for the environment; reads only.

    Raises:
        UnusableEnvironmentError: The model's environment files contradict themselves.
        BuilderUnavailableError: It has to be built and nothing here can.
        PackConflictError: Another pack is published where this one belongs.
        PackNotFoundError: The published pack that the file names is not there.
    """
    runtime = loaded.spec.runtime if isinstance(loaded.spec.runtime, CondaRuntime) else CondaRuntime()
    if isinstance(runtime.uri, str):
        published = published_pack(ports, facts, runtime.uri, runtime.python_version, loaded)
        return EnvironmentDraft(steps=(published.step,), notes=published.notes, python=published.python)
    build = runtime.uri or PackBuild()
    wanted = environment_request(facts, platform=ports.platform, gpu=bool(build.gpu))
    destination = _destination(ports, build, loaded)
    lock = None if options.relock else ports.packs.find_lock(destination, wanted.request.digest)
    pinned = options.builder or runtime.builder
    if lock is not None and pinned not in {None, lock.builder}:
        lock = None
    draft = EnvironmentDraft(
        steps=(),
        notes=wanted.notes,
        request=wanted.request,
        build=build,
        lock=lock,
        destination=destination,
        name=pack_name(build.name, facts.version),
    )
    if lock is not None:
        location = draft.location(lock)
        if check_published(ports, draft, lock) is not None:
            step = UsePack(location=location, lock=lock, reason="the same environment was published before")
            return attrs.evolve(draft, steps=(step,))
    choice = choose_builder(ports.builders, wanted.request, pinned)
    return attrs.evolve(draft, choice=choice, steps=_building_steps(draft, choice, relock=options.relock))


def check_published(ports: Ports, draft: EnvironmentDraft, lock: Lock) -> StoredPack | None:
    """The pack of that lock where it is published already, or None where nothing is there or it may be overwritten.

    Raises:
        PackConflictError: Another pack is there, and may not or cannot be overwritten.
    """
    location = draft.location(lock)
    stored = ports.packs.find(location)
    if stored is None or stored.manifest.lock_digest == lock.digest:
        return stored
    _refuse_conflict(ports, draft, stored, lock)
    return None


def _refuse_conflict(ports: Ports, draft: EnvironmentDraft, stored: StoredPack, lock: Lock) -> None:
    if not draft.build.overwrite:
        raise PackConflictError(
            str(stored.location),
            f"another pack is published there ({_differing(stored, lock)})",
            f"Give {_URI_PATH} another name or version, or set {_URI_PATH}.overwrite: true to replace it.",
        )
    readers = [
        deployment.name
        for deployment in ports.service.lifecycle.list()
        if deployment.pack_uri == str(stored.location) and deployment.state is not LifecycleState.FAILED
    ]
    if readers:
        raise PackConflictError(
            str(stored.location),
            f"the deployment{'s' if len(readers) > 1 else ''} {', '.join(map(repr, readers))} "
            f"read{'' if len(readers) > 1 else 's'} it, and would get another pack at the next start",
            f"Give {_URI_PATH} another version, or leave the version out.",
        )


def _differing(stored: StoredPack, lock: Lock) -> str:
    if stored.manifest.lock_digest is None:
        return f"'{stored.manifest.slug}', Python {stored.manifest.python}, not built by this plugin"
    theirs = f"lock {stored.manifest.lock_digest[:12]}, Python {stored.manifest.python}"
    return f"{theirs}; this environment is lock {lock.digest[:12]}, Python {lock.python.version}"


def _building_steps(
    draft: EnvironmentDraft, choice: BuilderChoice, *, relock: bool
) -> tuple[LockEnvironment | BuildPack | UsePack, ...]:
    name = choice.descriptor.name
    overwrite = bool(draft.build.overwrite)
    if draft.lock is not None:
        reason = "it is locked, and its pack is not published"
        location = draft.location(draft.lock)
        return (BuildPack(builder=name, reason=reason, location=location, overwrite=overwrite),)
    if draft.request is None:
        raise AssertionError(draft)
    why = "asked for by relock" if relock else "this environment was not locked before"
    return (
        LockEnvironment(request=draft.request, builder=name, reason=f"{why}; {name}: {choice.reason}"),
        BuildPack(builder=name, reason="unless the pack of that lock is published", overwrite=overwrite),
    )


def _destination(ports: Ports, build: PackBuild, loaded: LoadedSpec) -> ObjectLocation:
    text = build.destination or ports.service_descriptor.default_destination
    if text is None:
        raise InvalidRequestError(
            f"{loaded.where(_URI_PATH)}: {_URI_PATH}.destination is missing",
            "Name the bucket that packs are published to: oci://<bucket>@<namespace>/<prefix>.",
        )
    return ObjectLocation.parse(text)


def runtime_description(location: ObjectLocation, python: str) -> RuntimeDescription:
    """What ``runtime.yaml`` says of a pack."""
    return RuntimeDescription(slug=location.name, pack_uri=str(location), python=minor_of(python))
