"""Packs and locks that this machine keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import attrs

from oci_mlflow_core.errors import OutOfSpaceError, PackNotFoundError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import CachedPack, PackFile, PackManifest
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.pack_cache import PackCache
from oci_mlflow_core.ports.pack_writer import PackWriter
from oci_mlflow_core.ports.progress_sink import ProgressSink, Step
from oci_mlflow_plugin.adapters.home.atomic import write_text
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.pack_cache.bound import DEFAULT_BOUND
from oci_mlflow_plugin.adapters.home.pack_cache.entries import (
    Entry,
    SenselessEntryError,
    entries_in,
    remove_rubbish,
)
from oci_mlflow_plugin.adapters.home.pack_cache.turns import turn_of
from oci_mlflow_plugin.adapters.home.pack_cache.writing import writing_to

#: Bytes that are read at once.
_PIECE = 1 << 20
#: Digits of a digest that are told.
_SHOWN = 12


@attrs.frozen
class FilePackCache(PackCache):
    """Packs in ``<home>/cache/packs``, locks in ``<home>/cache/locks``; safe for many processes.

    `oci_mlflow_plugin.adapters.home.pack_cache.entries` says how.
    """

    home: Home
    progress: ProgressSink
    clock: Clock
    #: Bytes that the packs may take together; 0 keeps none.
    bound: int = DEFAULT_BOUND

    @contextmanager
    def find(self, lock_digest: str, step: Step) -> Iterator[PackFile | None]:
        """The pack, verified and kept from being removed; None where it is not there."""
        entry = self._entry(lock_digest)
        with entry.in_use() as there:
            found = self._verified(entry, step) if there else None
            if found is not None:
                entry.used(self.clock.now())
                yield found
                return
        if there:
            entry.remove()
            self.progress.note(
                f"the pack of lock {lock_digest[:_SHOWN]} in the cache was altered; it is removed and made again"
            )
        yield None

    @contextmanager
    def begin(self, manifest: PackManifest, lock: Lock) -> Iterator[PackWriter]:
        """Begins to keep a pack; where that is not possible, nothing is kept and a note says why."""
        if not self.bound:
            yield _Nowhere()
            return
        with ExitStack() as unfinished:
            try:
                folder = self.home.make(self.home.packs)
                remove_rubbish(folder)
                writing = writing_to(folder, manifest, lock, self.bound, self._not_kept)
                writer: PackWriter = unfinished.enter_context(writing)
            except (OSError, OutOfSpaceError) as fault:
                self._not_kept(getattr(fault, "strerror", None) or str(fault))
                writer = _Nowhere()
            yield writer
        self._shrink(self.bound, spared=lock.digest)

    def add(self, pack: PackFile, lock: Lock, step: Step) -> None:
        """Keeps a copy of the file."""
        digest, size = hashlib.sha256(), 0
        with self.begin(pack.manifest, lock) as writer, pack.path.open("rb", buffering=0) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
                size += writer.write(piece)
                step.moved(size, pack.size)
            if digest.hexdigest() == pack.sha256:
                writer.commit(pack.sha256, size)

    @contextmanager
    def building(self, digest: str, step: Step) -> Iterator[bool]:
        """Waits for its turn, and has it for the time of the context."""
        folder = self.home.make(self.home.locks)
        with turn_of(folder / f"building-{digest}.lock", self.clock, step) as waited:
            yield waited

    def find_lock(self, request_digest: str) -> Lock | None:
        """The lock, or None."""
        try:
            return Lock.from_text(self._kept_lock(request_digest).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def keep_lock(self, request_digest: str, lock: Lock) -> None:
        """Keeps the lock.

        Raises:
            OutOfSpaceError: The disk is full; the lock that was kept before is still there.
        """
        self.home.make(self.home.kept_locks)
        write_text(self._kept_lock(request_digest), lock.to_text() + "\n", "keeping the lock")

    def list(self) -> tuple[CachedPack, ...]:
        """Every pack, the one that was used last first; what makes no sense is left out."""
        found = []
        for entry in entries_in(self.home.packs):
            try:
                pack, _ = entry.read()
            except (FileNotFoundError, SenselessEntryError):
                continue
            found.append(attrs.evolve(pack, in_use=entry.is_in_use()))
        return tuple(sorted(found, key=lambda pack: (pack.last_used, pack.lock_digest), reverse=True))

    def verify(self, lock_digest: str, step: Step) -> bool:
        """Whether the bytes are those that were kept.

        Raises:
            PackNotFoundError: There is none.
        """
        entry = self._entry(lock_digest)
        with entry.in_use() as there:
            if there:
                return self._verified(entry, step) is not None
        raise PackNotFoundError(str(entry.folder), "no pack of that lock is in the cache")

    def prune(self, max_bytes: int) -> tuple[CachedPack, ...]:
        """Removes the least recently used, and what killed processes left."""
        remove_rubbish(self.home.packs)
        return self._shrink(max_bytes, spared="")

    def remove(self, lock_digest: str) -> bool:
        """Removes the pack, unless somebody uses it."""
        return self._entry(lock_digest).remove()

    def _shrink(self, max_bytes: int, spared: str) -> tuple[CachedPack, ...]:
        packs = self.list()
        total, removed = sum(pack.size for pack in packs), []
        for pack in reversed(packs):
            if total <= max_bytes:
                break
            if pack.lock_digest != spared and self.remove(pack.lock_digest):
                total -= pack.size
                removed.append(pack)
        return tuple(removed)

    def _verified(self, entry: Entry, step: Step) -> PackFile | None:
        try:
            pack, lock = entry.read()
        except (FileNotFoundError, SenselessEntryError):
            return None
        if lock.digest != entry.folder.name or _sha256(entry.pack, pack.size, step) != pack.sha256:
            return None
        return PackFile(path=entry.pack, sha256=pack.sha256, size=pack.size, manifest=pack.manifest, lock=lock)

    def _entry(self, lock_digest: str) -> Entry:
        return Entry(self.home.packs / lock_digest)

    def _kept_lock(self, request_digest: str) -> Path:
        return self.home.kept_locks / f"{request_digest}.json"

    def _not_kept(self, reason: str) -> None:
        self.progress.note(f"the pack is not kept in the cache: {reason}")


class _Nowhere(PackWriter):
    """Takes everything and keeps nothing."""

    def write(self, data: bytes, /) -> int:
        return len(data)

    def commit(self, sha256: str, size: int) -> None:
        """Nothing is kept."""


def _sha256(path: Path, size: int, step: Step) -> str:
    step.says("verifying the pack of the cache")
    digest, done = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            done += len(piece)
            step.moved(done, size)
    return digest.hexdigest()
