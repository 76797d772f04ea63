"""The environment of a deployment: what has to be done for it, and doing it."""

from __future__ import annotations

from pathlib import Path

import attrs

from oci_mlflow_core.errors import BuilderUnavailableError, InvalidRequestError, PackConflictError
from oci_mlflow_core.model.artifact import ModelFacts, RuntimeDescription
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.pack import ObjectLocation, StoredPack
from oci_mlflow_core.planning.builder_choice import BuilderChoice, builder_for_lock, choose_builder
from oci_mlflow_core.planning.environment import EnvironmentTarget, environment_request
from oci_mlflow_core.planning.environment_target import environment_target, is_for_gpu
from oci_mlflow_core.planning.given_lock import missing_requirements
from oci_mlflow_core.planning.naming import VERSION_DIGITS, pack_location, pack_name, pack_version
from oci_mlflow_core.planning.plan import BuildPack, LockEnvironment, UsePack
from oci_mlflow_core.planning.published_contents import minor_of
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime, PackBuild
from oci_mlflow_core.usecases.environment_lock import kept_lock, lock_of_options
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.published_pack import published_pack

_URI_PATH = "spec.runtime.spec.uri"


@attrs.frozen(kw_only=True)
class EnvironmentDraft:
    """What was found out about the environment, and the steps that follow from it."""

    #: Empty for the environment of an image, which is built when the image is made.
    steps: tuple[LockEnvironment | BuildPack | UsePack, ...]
    notes: tuple[str, ...] = ()
    #: None for a published pack.
    request: EnvironmentRequest | None = None
    build: PackBuild = attrs.field(factory=PackBuild)
    #: None where the pack is there and nothing has to be built.
    choice: BuilderChoice | None = None
    lock: Lock | None = None
    #: Whether the user gave the lock, so that it is not the one to be kept for the request.
    lock_given: bool = False
    destination: ObjectLocation | None = None
    name: str = ""
    #: Python of a published pack, ``major.minor``.
    python: str = ""

    def copy_of(self, location: ObjectLocation) -> Path | None:
        """Where a copy of the pack is kept on this machine; None for none."""
        if not self.build.keep_local:
            return None
        return (self.build.local_conda_dir or Path("conda")) / f"{location.name}.tar.gz"

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
        if options.lock is not None:
            raise InvalidRequestError(
                f"-C lock: nothing is built, {loaded.where(_URI_PATH)} names a pack that is published",
                "Leave -C lock out, or replace the URI by a mapping with 'name'.",
            )
        published = published_pack(ports, facts, runtime.uri, runtime.python_version, loaded)
        return EnvironmentDraft(steps=(published.step,), notes=published.notes, python=published.python)
    build = runtime.uri or PackBuild()
    build = attrs.evolve(build, gpu=is_for_gpu(build, loaded.spec.infrastructure))
    wanted = environment_request(facts, environment_target_of(ports, runtime, loaded, options, facts))
    given = lock_of_options(options, wanted.request)
    destination = _destination(ports, build, loaded)
    pinned = options.builder or runtime.builder
    kept = None if given or options.relock else kept_lock(ports, destination, wanted.request, pinned)
    draft = EnvironmentDraft(
        steps=(),
        notes=(*wanted.notes, *notes_on_lock(given, wanted.request)),
        request=wanted.request,
        build=build,
        lock=given or kept,
        lock_given=given is not None,
        destination=destination,
        name=pack_name(build.name, facts.version),
    )
    return _with_steps(ports, draft, options, pinned)


def _with_steps(ports: Ports, draft: EnvironmentDraft, options: CommandOptions, pinned: str | None) -> EnvironmentDraft:
    request = draft.request
    if request is None:
        raise AssertionError(draft)
    if draft.lock is not None:
        location = draft.location(draft.lock)
        if check_published(ports, draft, draft.lock) is not None:
            step = UsePack(location=location, lock=draft.lock, reason="the same environment was published before")
            return attrs.evolve(draft, steps=(step,))
        try:
            choice = builder_for_lock(ports.builders, request, draft.lock, pinned)
        except BuilderUnavailableError as obstacle:
            if draft.lock_given:
                raise
            draft = attrs.evolve(draft, lock=None, notes=(*draft.notes, locked_anew(obstacle)))
        else:
            return attrs.evolve(draft, choice=choice, steps=_building_steps(draft, choice, relock=False))
    choice = choose_builder(ports.builders, request, pinned)
    return attrs.evolve(draft, choice=choice, steps=_building_steps(draft, choice, relock=options.relock))


def environment_target_of(
    ports: Ports, runtime: CondaRuntime, loaded: LoadedSpec, options: CommandOptions, facts: ModelFacts
) -> EnvironmentTarget:
    """What decides about the environment besides the model: OCI's machines, or this one where it is the target."""
    target = environment_target(runtime, loaded.spec.infrastructure, options, facts)
    platform = ports.platform if ports.target.is_local else target.platform
    return attrs.evolve(target, platform=platform, glibc=target.glibc or ports.glibc)


def notes_on_lock(given: Lock | None, request: EnvironmentRequest) -> tuple[str, ...]:
    """What the user should know of a lock that was given."""
    missing = missing_requirements(given, request) if given else ()
    if not missing:
        return ()
    return (f"the model asks for {', '.join(missing)}, which the given lock does not hold",)


def locked_anew(obstacle: BuilderUnavailableError) -> str:
    """The note on a lock that was kept and that nothing here builds from."""
    reasons = "; ".join(f"{name}: {reason}" for name, reason in obstacle.reasons)
    return f"the lock that was kept for this environment is not used, since nothing here builds from it ({reasons})"


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
        reason = f"{'its lock was given' if draft.lock_given else 'it is locked'}, and its pack is not published"
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


def runtime_description(location: ObjectLocation, python: str, *, of_service: bool = False) -> RuntimeDescription:
    """What ``runtime.yaml`` says of a pack, one of the user's own or of the service's."""
    kind = "data_science" if of_service else "published"
    return RuntimeDescription(slug=location.name, pack_uri=str(location), python=minor_of(python), type=kind)


def expected_location(environment: EnvironmentDraft) -> ObjectLocation | None:
    """Where the pack will be; while its version is not known, with one as long in its place."""
    known = (step.location for step in environment.steps if not isinstance(step, LockEnvironment) and step.location)
    location = next(known, None)
    if location or environment.destination is None:
        return location
    build = environment.build
    version = build.version or "0" * VERSION_DIGITS
    return pack_location(environment.destination, environment.name, version, gpu=bool(build.gpu))
