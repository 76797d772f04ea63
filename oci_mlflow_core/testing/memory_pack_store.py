"""A pack store in memory."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from oci_mlflow_core.errors import PackConflictError, PackCorruptError, PackNotFoundError, PackStoreError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, PackManifest, StoredPack
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.ports.publication import Publication


@attrs.frozen
class KeptPack:
    """A pack in memory."""

    stored: StoredPack
    lock: Lock | None
    content: bytes


class MemoryPackStore(PackStore):
    """Packs and locks that live as long as the object."""

    def __init__(self) -> None:
        #: By location; may be changed to see what a damaged pack does.
        self.packs: dict[ObjectLocation, KeptPack] = {}
        #: By destination and request digest.
        self.locks: dict[tuple[ObjectLocation, str], Lock] = {}
        #: How often a pack was fetched.
        self.fetched = 0
        self._guard = threading.Lock()

    def find(self, location: ObjectLocation) -> StoredPack | None:
        """What is published there, or None."""
        kept = self.packs.get(location)
        return kept.stored if kept else None

    def publish(self, location: ObjectLocation, pack: PackFile, step: Step, *, overwrite: bool = False) -> StoredPack:
        """Reads the pack into memory.

        Raises:
            PackConflictError: Another pack is there.
        """
        content = pack.path.read_bytes()
        stored = StoredPack(location=location, manifest=pack.manifest, size=len(content), sha256=pack.sha256)
        stored = self.put(location, KeptPack(stored, pack.lock, content), overwrite=overwrite)
        step.moved(len(content), len(content))
        return stored

    @contextmanager
    def begin(
        self,
        location: ObjectLocation,
        manifest: PackManifest,
        lock: Lock | None,
        step: Step,
        *,
        overwrite: bool = False,
    ) -> Iterator[Publication]:
        """Collects the bytes in memory.

        Raises:
            PackConflictError: A pack of another lock is there.
        """
        there = self.packs.get(location)
        digest = lock.digest if lock else None
        if there and not overwrite and there.stored.manifest.lock_digest != digest:
            raise PackConflictError(str(location), "another pack is published there")
        yield _MemoryPublication(self, location, manifest, lock, step, overwrite)

    def put(self, location: ObjectLocation, kept: KeptPack, *, overwrite: bool) -> StoredPack:
        """Keeps the pack unless another one is there.

        Raises:
            PackConflictError: Another pack is there.
        """
        with self._guard:
            there = self.packs.get(location)
            if there and there.stored.sha256 == kept.stored.sha256:
                return there.stored
            if there and not overwrite:
                raise PackConflictError(str(location), "another pack is published there")
            self.packs[location] = kept
        return kept.stored

    def fetch(self, location: ObjectLocation, to: Path, step: Step) -> PackFile:
        """Writes the pack to the file `to`.

        Raises:
            PackNotFoundError: Nothing is there.
            PackCorruptError: The bytes are not those that were published.
        """
        self.fetched += 1
        kept = self.packs.get(location)
        if kept is None:
            raise PackNotFoundError(str(location), "no pack is published there")
        sha256 = hashlib.sha256(kept.content).hexdigest()
        if sha256 != kept.stored.sha256:
            raise PackCorruptError(str(location), f"the pack is damaged: its sha256 is {sha256} now")
        to.write_bytes(kept.content)
        step.moved(len(kept.content), len(kept.content))
        return PackFile(path=to, sha256=sha256, size=len(kept.content), manifest=kept.stored.manifest, lock=kept.lock)

    def withdraw(self, location: ObjectLocation) -> None:
        """Forgets the pack."""
        self.packs.pop(location, None)

    def find_lock(self, destination: ObjectLocation, request_digest: str) -> Lock | None:
        """The lock that was kept for the request below that destination, or None."""
        return self.locks.get((destination, request_digest))

    def keep_lock(self, destination: ObjectLocation, request_digest: str, lock: Lock) -> None:
        """Keeps the lock."""
        self.locks[(destination, request_digest)] = lock


@attrs.define
class _MemoryPublication(Publication):
    store: MemoryPackStore
    location: ObjectLocation
    manifest: PackManifest
    lock: Lock | None
    step: Step
    overwrite: bool
    _content: bytearray = attrs.field(factory=bytearray, init=False)

    def write(self, data: bytes, /) -> int:
        self._content += data
        self.step.moved(len(self._content), None)
        return len(data)

    def commit(self, sha256: str, size: int) -> StoredPack:
        content = bytes(self._content)
        if len(content) != size:
            raise PackStoreError(str(self.location), f"{len(content)} bytes were written of a pack of {size}")
        stored = StoredPack(location=self.location, manifest=self.manifest, size=size, sha256=sha256)
        self.step.moved(size, size)
        return self.store.put(self.location, KeptPack(stored, self.lock, content), overwrite=self.overwrite)
