"""What ``oci-mlflow packs`` does: the packs that this machine keeps, and those that are published."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

import attrs

from oci_mlflow_core.errors import InvalidRequestError, PackNotFoundError, PackStoreError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import CachedPack, ObjectLocation, PackFile, PackManifest
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.planning.service_index import pack_of_slug
from oci_mlflow_core.ports.pack_cache import PackCache
from oci_mlflow_core.ports.progress_sink import ProgressSink, Step
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.pack_cache.contents import package_sizes
from oci_mlflow_plugin.composition import compose, compose_pack_cache, session_of
from oci_mlflow_plugin.progress.choice import progress_on_stderr

_FEWEST_DIGITS = 4


@attrs.frozen(kw_only=True)
class Shown:
    """What is known of a pack."""

    manifest: PackManifest
    #: Bytes of the pack.
    size: int
    sha256: str | None
    #: None where the pack is not on this machine.
    lock: Lock | None = None
    #: By name, bytes on disk, the largest first; empty where the pack is not on this machine.
    packages: tuple[tuple[str, int], ...] = ()


@attrs.frozen
class Cache:
    """The packs that this machine keeps, and where it is told what goes on."""

    packs: PackCache
    progress: ProgressSink

    @classmethod
    def of_this_machine(cls) -> Cache:
        """The cache in the home folder."""
        clock = SystemClock()
        sink = progress_on_stderr(clock)
        return cls(compose_pack_cache(session_of(Target(region="local")), sink, clock), sink)

    def pack(self, digits: str) -> CachedPack:
        """The pack whose lock's digest begins so.

        Raises:
            InvalidRequestError: That is no beginning of a digest, or of several.
            PackNotFoundError: There is none.
        """
        if len(digits) < _FEWEST_DIGITS or set(digits) - set("0123456789abcdef"):
            raise InvalidRequestError(
                f"'{digits}' is neither an oci:// URI nor at least {_FEWEST_DIGITS} digits of a lock's digest",
                "'oci-mlflow packs list' shows the digests.",
            )
        found = [pack for pack in self.packs.list() if pack.lock_digest.startswith(digits)]
        if not found:
            hint = "'oci-mlflow packs list' shows those that are here."
            raise PackNotFoundError(digits, "no pack of such a lock is on this machine", hint)
        if len(found) > 1:
            raise InvalidRequestError(f"{len(found)} locks begin with {digits}", "Give more digits.")
        return found[0]

    def show(self, lock_digest: str) -> Shown:
        """All of a pack that this machine keeps; its bytes are verified first.

        Raises:
            PackNotFoundError: It is not there, or was altered.
        """
        with (
            self.progress.step(f"read the pack of lock {lock_digest[:12]}") as step,
            self.packs.find(lock_digest, step) as pack,
        ):
            if pack is None:
                raise PackNotFoundError(lock_digest, "the pack is not on this machine (any more)")
            return Shown(
                manifest=pack.manifest,
                size=pack.size,
                sha256=pack.sha256,
                lock=pack.lock,
                packages=package_sizes(pack.path),
            )

    def altered(self, packs: tuple[CachedPack, ...]) -> tuple[CachedPack, ...]:
        """Those whose bytes are not the ones that were kept."""
        found = []
        for pack in packs:
            with self.progress.step(f"verify the pack of lock {pack.lock_digest[:12]}") as step:
                if not self.packs.verify(pack.lock_digest, step):
                    found.append(pack)
                    step.done("altered")
        return tuple(found)


def show_published(target: Target, uri: str) -> Shown:
    """What is known of a published pack, all of it where this machine keeps the same.

    Raises:
        PackNotFoundError: Nothing is published there.
    """
    ports = compose(target)
    location = location_of(ports, uri)
    stored = ports.packs.find(location)
    if stored is None:
        raise PackNotFoundError(str(location), "no pack is published there")
    cache, digest = Cache(ports.cache, ports.progress), stored.manifest.lock_digest
    if digest is not None and any(pack.lock_digest == digest for pack in cache.packs.list()):
        return attrs.evolve(cache.show(digest), manifest=stored.manifest)
    return Shown(manifest=stored.manifest, size=stored.size, sha256=stored.sha256)


def location_of(ports: Ports, uri: str) -> ObjectLocation:
    """Where the pack of an ``oci://`` URI, or of the slug of a service pack, is.

    Raises:
        InvalidRequestError: The URI is none, or the target has no packs of its own.
        PackNotFoundError: There is no such slug.
    """
    if "://" in uri:
        try:
            return ObjectLocation.parse(uri)
        except ValueError as fault:
            raise InvalidRequestError(str(fault)) from fault
    if ports.service_packs is None:
        raise InvalidRequestError(
            f"'{uri}' is no oci:// URI, and the target {ports.target} has no packs of its own that it could be the "
            "slug of"
        )
    return pack_of_slug(uri, ports.service_packs.listed()).location


def pull_to_cache(target: Target, uri: str) -> PackFile:
    """Brings a published pack into the cache, verified; one that is there is not fetched.

    Raises:
        PackNotFoundError: Nothing is published there.
        PackStoreError: It was published without a lock, by which the cache would find it.
    """
    ports = compose(target)
    location = location_of(ports, uri)
    with ports.workspaces.open("pull") as folder, ports.progress.step(f"pull {location}") as step:
        here = _kept(ports, location, step)
        if here is not None:
            step.done("it is here already")
            return here
        pack = ports.packs.fetch(location, folder / "pack.tar.gz", step)
        if pack.lock is None:
            raise PackStoreError(
                str(location),
                "the pack was published without a lock, and the cache finds packs by their locks",
                "Bring it into a file instead: -o FILE.",
            )
        ports.cache.add(pack, pack.lock, step)
        step.done(f"lock {pack.lock.digest[:12]}")
    return pack


def _kept(ports: Ports, location: ObjectLocation, step: Step) -> PackFile | None:
    """The pack of the cache, where it is the one that is published."""
    stored = ports.packs.find(location)
    if stored is None or stored.manifest.lock_digest is None:
        return None
    with ports.cache.find(stored.manifest.lock_digest, step) as pack:
        return pack if pack is not None and pack.sha256 == stored.sha256 else None


def pull_to_file(target: Target, uri: str, to: Path) -> PackFile:
    """Brings a published pack into a file, verified; the file is there whole or not at all.

    Raises:
        PackNotFoundError: Nothing is published there.
        InvalidRequestError: The file cannot be written there.
    """
    ports = compose(target)
    location = location_of(ports, uri)
    if not to.parent.is_dir():
        raise InvalidRequestError(f"{to} cannot be written: there is no folder {to.parent}")
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}")
    try:
        with ports.progress.step(f"pull {location}") as step:
            pack = ports.packs.fetch(location, part, step)
            os.replace(part, to)  # noqa: PTH105 - in one step, over what is there
            step.done(str(to))
    except OSError as fault:
        raise InvalidRequestError(f"{to} cannot be written: {fault.strerror or fault}") from fault
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return attrs.evolve(pack, path=to)
