"""A cache of packs in memory."""

from __future__ import annotations

import builtins
import hashlib
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import attrs

from oci_mlflow_core.errors import PackNotFoundError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import CachedPack, PackFile, PackManifest
from oci_mlflow_core.ports.pack_cache import PackCache
from oci_mlflow_core.ports.pack_writer import PackWriter
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.testing.progress_sink import RecordingProgress

_BEGINNING = datetime(2026, 1, 1, tzinfo=timezone.utc)


@attrs.define
class _Entry:
    pack: CachedPack
    lock: Lock
    users: int = 0


class MemoryPackCache(PackCache):
    """Packs as files of a folder, and all that is known of them in memory; for one process.

    Args:
        folder: Made where it is not there.
        progress: Told what is wrong with a pack.
        most: Bytes that the packs may take together.
    """

    def __init__(self, folder: Path, progress: RecordingProgress, most: int = 1 << 30) -> None:
        self._folder, self._progress, self._most = folder, progress, most
        #: By lock digest, the one that was used last at the end.
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        #: By request digest.
        self.locks: dict[str, Lock] = {}
        self._building: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._ticks = 0

    @contextmanager
    def find(self, lock_digest: str, step: Step) -> Iterator[PackFile | None]:
        """The pack, or None."""
        entry = self._entries.get(lock_digest)
        if entry is not None and not self.verify(lock_digest, step):
            self._progress.note(f"the pack of lock {lock_digest[:12]} in the cache was altered, and is removed")
            self._drop(lock_digest)
            entry = None
        if entry is None:
            yield None
            return
        self._used(lock_digest)
        entry.users += 1
        try:
            pack = entry.pack
            yield PackFile(path=pack.path, sha256=pack.sha256, size=pack.size, manifest=pack.manifest, lock=entry.lock)
        finally:
            entry.users -= 1

    @contextmanager
    def begin(self, manifest: PackManifest, lock: Lock) -> Iterator[PackWriter]:
        """Collects the bytes in memory."""
        yield _Writing(self, manifest, lock)

    def add(self, pack: PackFile, lock: Lock, step: Step) -> None:  # noqa: ARG002 - takes no time
        """Keeps a copy of the file."""
        self.keep(pack.path.read_bytes(), pack.sha256, pack.manifest, lock)

    def keep(self, content: bytes, sha256: str, manifest: PackManifest, lock: Lock) -> None:
        """Keeps a pack, and makes room for it."""
        if len(content) > self._most:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / lock.digest
        path.write_bytes(content)
        pack = CachedPack(
            lock_digest=lock.digest,
            sha256=sha256,
            size=len(content),
            manifest=manifest,
            path=path,
            packages=lock.size,
            last_used=_BEGINNING,
        )
        self._entries[lock.digest] = _Entry(pack, lock)
        self._used(lock.digest)
        self._shrink(self._most, spared=lock.digest)

    @contextmanager
    def building(self, digest: str, step: Step) -> Iterator[bool]:
        """Holds a lock of that digest."""
        guard = self._building[digest]
        waited = not guard.acquire(blocking=False)
        if waited:
            step.says("waiting for another command that makes the same environment")
            guard.acquire()
        try:
            yield waited
        finally:
            guard.release()

    def find_lock(self, request_digest: str) -> Lock | None:
        """The lock, or None."""
        return self.locks.get(request_digest)

    def keep_lock(self, request_digest: str, lock: Lock) -> None:
        """Keeps the lock."""
        self.locks[request_digest] = lock

    def list(self) -> tuple[CachedPack, ...]:
        """Every pack, the one that was used last first."""
        return tuple(attrs.evolve(entry.pack, in_use=entry.users > 0) for entry in reversed(self._entries.values()))

    def verify(self, lock_digest: str, step: Step) -> bool:  # noqa: ARG002 - takes no time
        """Whether the bytes are those that were kept.

        Raises:
            PackNotFoundError: There is none.
        """
        if lock_digest not in self._entries:
            raise PackNotFoundError(lock_digest, "no pack of that lock is in the cache")
        pack = self._entries[lock_digest].pack
        return hashlib.sha256(pack.path.read_bytes()).hexdigest() == pack.sha256

    def prune(self, max_bytes: int) -> tuple[CachedPack, ...]:
        """Removes the least recently used."""
        return self._shrink(max_bytes, spared="")

    def remove(self, lock_digest: str) -> bool:
        """Removes the pack unless it is in use."""
        entry = self._entries.get(lock_digest)
        if entry is None or entry.users:
            return False
        self._drop(lock_digest)
        return True

    def _shrink(self, max_bytes: int, spared: str) -> tuple[CachedPack, ...]:
        removed = []
        for digest, entry in builtins.list(self._entries.items()):
            total = sum(each.pack.size for each in self._entries.values())
            if total > max_bytes and digest != spared and not entry.users:
                removed.append(entry.pack)
                self._drop(digest)
        return tuple(removed)

    def _used(self, digest: str) -> None:
        self._ticks += 1
        entry = self._entries[digest]
        entry.pack = attrs.evolve(entry.pack, last_used=_BEGINNING + timedelta(seconds=self._ticks))
        self._entries.move_to_end(digest)

    def _drop(self, digest: str) -> None:
        self._entries.pop(digest).pack.path.unlink()


@attrs.define
class _Writing(PackWriter):
    cache: MemoryPackCache
    manifest: PackManifest
    lock: Lock
    _content: bytearray = attrs.field(factory=bytearray, init=False)

    def write(self, data: bytes, /) -> int:
        self._content += data
        return len(data)

    def commit(self, sha256: str, size: int) -> None:  # noqa: ARG002 - what was written is counted
        self.cache.keep(bytes(self._content), sha256, self.manifest, self.lock)
