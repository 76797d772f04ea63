"""Packs and locks that this machine keeps, so that nothing is made twice."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol

from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import CachedPack, PackFile, PackManifest
from oci_mlflow_core.ports.pack_writer import PackWriter
from oci_mlflow_core.ports.progress_sink import Step


class PackCache(Protocol):
    """Packs by lock digest and locks by request digest, on this machine, for all commands of its user.

    1. A pack is in the cache whole or not at all, whatever is killed when.
    2. `find` gives a pack whose bytes were verified against the sha256 that was kept; an altered one is told in a
       note, removed, and not found.
    3. Together the packs take no more than the cache's bound: the least recently used go first, and never one that a
       command is using, nor the one that was just added. A pack larger than the bound is not kept, and what the disk
       has no room for is told in a note: neither fails a command.
    4. A pack that was found stays as it is, whatever others prune or remove, until its context ends.
    5. Of all that are within `building` of one digest at once, one goes on and the others wait, and say so; the wait
       ends with the other's context, and also when its process is killed.
    6. A lock that was kept for a request digest is found by it; the last one kept wins.
    """

    @abstractmethod
    def find(self, lock_digest: str, step: Step) -> AbstractContextManager[PackFile | None]:
        """The pack that was made of that lock, for the time of the context, or None."""

    @abstractmethod
    def begin(self, manifest: PackManifest, lock: Lock) -> AbstractContextManager[PackWriter]:
        """Begins to keep a pack of that lock; a context that ends without `commit` leaves nothing."""

    @abstractmethod
    def add(self, pack: PackFile, lock: Lock, step: Step) -> None:
        """Keeps a copy of a pack of that lock that is a file already."""

    @abstractmethod
    def building(self, digest: str, step: Step) -> AbstractContextManager[bool]:
        """The time in which this command alone makes what has that digest (of a request, or of a lock).

        Gives whether it had to wait for another one, which may have made it.
        """

    @abstractmethod
    def find_lock(self, request_digest: str) -> Lock | None:
        """The lock that was kept for the request, or None (also for one that cannot be read)."""

    @abstractmethod
    def keep_lock(self, request_digest: str, lock: Lock) -> None:
        """Keeps the lock for the request."""

    @abstractmethod
    def list(self) -> tuple[CachedPack, ...]:
        """Every pack, the one that was used last first; none of them is read."""

    @abstractmethod
    def verify(self, lock_digest: str, step: Step) -> bool:
        """Whether the pack's bytes are those that were kept; it is left as it is.

        Raises:
            PackNotFoundError: There is none.
        """

    @abstractmethod
    def prune(self, max_bytes: int) -> tuple[CachedPack, ...]:
        """Removes the least recently used until the rest takes no more than that; returns what was removed."""

    @abstractmethod
    def remove(self, lock_digest: str) -> bool:
        """Removes the pack; whether there was one that nobody was using."""
