"""Where packs are published."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, PackManifest, StoredPack
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.ports.publication import Publication


class PackStore(Protocol):
    """Packs by location, locks by request.

    1. A pack is at its location whole or not at all, whatever is killed when.
    2. Publishing what is there already (the same sha256) changes nothing; another pack there raises `PackConflictError`
       unless `overwrite`, and of two publishers at once one wins whole.
    3. `fetch` gives exactly the bytes that were published, or raises `PackCorruptError`.
    4. `find` reads no pack: its cost does not grow with the pack.
    5. A lock that was kept for a request digest is found by it; the last one kept wins.
    6. `withdraw` removes the pack and what lies beside it, and is idempotent.
    7. `begin` publishes a pack that is still being made, with all that `publish` promises (see `Publication`).
    """

    @abstractmethod
    def find(self, location: ObjectLocation) -> StoredPack | None:
        """What is published there, or None.

        Raises:
            PackStoreError: The store cannot be asked, or what is there is not a pack.
        """

    @abstractmethod
    def publish(self, location: ObjectLocation, pack: PackFile, step: Step, *, overwrite: bool = False) -> StoredPack:
        """Puts the pack there, with its manifest, its lock and its sha256 beside it.

        The store may keep the very file that it is given: it may be removed afterwards, but not written to.

        Raises:
            PackConflictError: Another pack is there.
            OutOfSpaceError: The disk is full.
        """

    @abstractmethod
    def begin(
        self,
        location: ObjectLocation,
        manifest: PackManifest,
        lock: Lock | None,
        step: Step,
        *,
        overwrite: bool = False,
    ) -> AbstractContextManager[Publication]:
        """Begins to publish a pack whose bytes are written to the publication, with what `publish` puts beside it.

        Raises:
            PackConflictError: Another pack is there, of another lock or of none.
            PackStoreError: The store cannot be asked.
            OutOfSpaceError: The disk is full.
        """

    @abstractmethod
    def fetch(self, location: ObjectLocation, to: Path, step: Step) -> PackFile:
        """Brings the pack into the file `to` and verifies it.

        Raises:
            PackNotFoundError: Nothing is there.
            PackCorruptError: The bytes are not those that were published.
        """

    @abstractmethod
    def withdraw(self, location: ObjectLocation) -> None:
        """Removes the pack, its lock and its sha256."""

    @abstractmethod
    def find_lock(self, destination: ObjectLocation, request_digest: str) -> Lock | None:
        """The lock that was kept for the request below that destination, or None (also for one that cannot be read)."""

    @abstractmethod
    def keep_lock(self, destination: ObjectLocation, request_digest: str, lock: Lock) -> None:
        """Keeps the lock for the request below that destination."""
