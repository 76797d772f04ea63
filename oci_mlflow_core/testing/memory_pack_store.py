"""A pack store in memory."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import attrs

from oci_mlflow_core.errors import PackConflictError, PackCorruptError, PackNotFoundError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, StoredPack
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.progress_sink import Step


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
        with self._guard:
            there = self.packs.get(location)
            if there and there.stored.sha256 == pack.sha256:
                return there.stored
            if there and not overwrite:
                raise PackConflictError(str(location), "another pack is published there")
            self.packs[location] = KeptPack(stored, pack.lock, content)
        step.moved(len(content), len(content))
        return stored

    def fetch(self, location: ObjectLocation, to: Path, step: Step) -> PackFile:
        """Writes the pack to the file `to`.

        Raises:
            PackNotFoundError: Nothing is there.
            PackCorruptError: The bytes are not those that were published.
        """
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
