"""A pack on its way into the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import PackManifest
from oci_mlflow_core.ports.pack_writer import PackWriter
from oci_mlflow_plugin.adapters.home.atomic import sync_folder, write_all
from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.home.pack_cache.entries import Entry, hidden_name


@attrs.define(kw_only=True)
class CacheWriting(PackWriter):
    """Writes into a hidden folder; gives up, without failing anybody, when the pack cannot be kept."""

    entry: Entry
    #: The folder's own name, once it is whole.
    folder: Path
    manifest: PackManifest
    lock: Lock
    #: Bytes that a pack may have.
    most: int
    #: Told why the pack is not kept.
    given_up: Callable[[str], None]
    #: Of the pack, claimed; None once it was given up.
    descriptor: int | None
    _size: int = attrs.field(default=0, init=False)

    def write(self, data: bytes, /) -> int:
        """Writes behind what was written before."""
        self._size += len(data)
        if self._size > self.most:
            self._give_up(f"it is larger than the {self.most} bytes that the cache may take")
        self._try(lambda descriptor: write_all(descriptor, data))
        return len(data)

    def commit(self, sha256: str, size: int) -> None:
        """Keeps the pack, unless the same is kept by now."""
        if size == self._size:
            self._try(lambda descriptor: self._keep(descriptor, sha256))

    def close(self) -> None:
        """Removes what was not kept, and ends the claim."""
        if self.descriptor is not None:
            self.entry.clear()
            os.close(self.descriptor)
            self.descriptor = None

    def _keep(self, descriptor: int, sha256: str) -> None:
        os.fsync(descriptor)
        self.entry.describe(sha256, self.manifest, self.lock)
        sync_folder(self.entry.folder)
        # Where the folder is there, somebody else has kept the same.
        with suppress(FileExistsError, OSError):
            self.entry.folder.rename(self.folder)
            sync_folder(self.folder.parent)

    def _try(self, act: Callable[[int], object]) -> None:
        if self.descriptor is None:
            return
        try:
            act(self.descriptor)
        except OSError as fault:
            self._give_up(f"{fault.strerror or fault}")

    def _give_up(self, reason: str) -> None:
        if self.descriptor is not None:
            with suppress(OSError):
                self.close()
            self.given_up(reason)


@contextmanager
def writing_to(
    folder: Path, manifest: PackManifest, lock: Lock, most: int, given_up: Callable[[str], None]
) -> Iterator[CacheWriting]:
    """A pack for the cache's folder `folder`, which is there; what is not committed is removed.

    Raises:
        OSError: Nothing can be written there.
    """
    own = folder / lock.digest
    entry, descriptor = _claimed(own)
    writing = CacheWriting(
        entry=entry, folder=own, manifest=manifest, lock=lock, most=most, given_up=given_up, descriptor=descriptor
    )
    try:
        yield writing
    finally:
        writing.close()


def _claimed(own: Path) -> tuple[Entry, int]:
    while True:
        entry = Entry(hidden_name(own))
        entry.folder.mkdir(mode=0o700)
        # Until it is claimed, others may take the folder for rubbish.
        with suppress(FileNotFoundError):
            descriptor = claim(entry.pack)
            if descriptor is not None:
                return entry, descriptor
