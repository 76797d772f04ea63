"""The pack store in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from oci_mlflow_core.errors import PackCorruptError, PackNotFoundError, PackStoreError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, StoredPack
from oci_mlflow_core.planning.pack_conflict import conflict_of
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.filesystem_packs.folders import make_folder, remove_empty_folders
from oci_mlflow_plugin.adapters.filesystem_packs.generations import (
    Generation,
    new_generation,
    remove_rubbish,
)
from oci_mlflow_plugin.adapters.filesystem_packs.places import PackFiles, pack_path, path_of
from oci_mlflow_plugin.adapters.filesystem_packs.reading import describe, lock_of, unreadable, with_current
from oci_mlflow_plugin.adapters.filesystem_packs.transfer import copy, place, sha256_of
from oci_mlflow_plugin.adapters.home.atomic import write_text
from oci_mlflow_plugin.adapters.home.disk_space import is_full, telling_when_full
from oci_mlflow_plugin.adapters.home.layout import Home

_LOCKS = ".locks"


@attrs.frozen
class FolderPackStore(PackStore):
    """Packs in ``<home>/buckets/<namespace>/<bucket>/<path>``, whole or not at all and safe for many processes.

    `oci_mlflow_plugin.adapters.filesystem_packs.generations` says how. A pack may also be copied to its path by hand,
    with or without ``<name>.manifest.json``, ``<name>.lock`` and ``<name>.sha256`` beside it: what is not beside it is
    not known, and only what has a sha256 is verified.
    """

    home: Home

    def find(self, location: ObjectLocation) -> StoredPack | None:
        """What is published there, or None; what killed publishers left there is removed.

        Raises:
            PackStoreError: What is there is not a pack, or cannot be read.
        """
        path = pack_path(self.home.buckets, location)
        # A store that may only be read is not tidied.
        with suppress(OSError):
            remove_rubbish(path)
        return with_current(location, path, lambda files: describe(location, files))

    def publish(self, location: ObjectLocation, pack: PackFile, step: Step, *, overwrite: bool = False) -> StoredPack:
        """Puts the pack there, with its manifest, its lock and its sha256.

        The file of `pack` may become the published one: it may be removed afterwards, but not written to.

        Raises:
            PackConflictError: Another pack is there.
            OutOfSpaceError: The disk is full; what was there is unchanged, and nothing else is left.
            PackStoreError: What is there is not a pack, or the place cannot be written to.
        """
        path = pack_path(self.home.buckets, location)
        with self._telling(location, "publishing the pack"):
            while True:
                there = self._already(location, pack, overwrite=overwrite)
                if there is not None:
                    return there
                with new_generation(self.home, path) as generation:
                    stored = _fill(location, generation, pack, step)
                    if generation.commit(overwrite=overwrite):
                        break
            remove_rubbish(path)
        return stored

    def fetch(self, location: ObjectLocation, to: Path, step: Step) -> PackFile:
        """Copies the pack into the file `to` and verifies it.

        Raises:
            PackNotFoundError: Nothing is there.
            PackCorruptError: The bytes are not those that were published.
            OutOfSpaceError: The disk of `to` is full; nothing is left there.
        """
        path = pack_path(self.home.buckets, location)
        fetched = with_current(location, path, lambda files: _fetch(location, path, files, to, step))
        if fetched is None:
            raise PackNotFoundError(str(location), f"no pack is published there ({path} does not exist)")
        return fetched

    def withdraw(self, location: ObjectLocation) -> None:
        """Removes the pack and what lies beside it, and the folders that it was the last in."""
        path = pack_path(self.home.buckets, location)
        with self._telling(location, "withdrawing the pack"):
            if path.is_dir():
                raise PackStoreError(str(location), f"a folder is there, not a pack ({path})")
            # The pack goes first: whoever is killed in between leaves no pack that lost its manifest.
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            for beside in PackFiles(path).beside:
                beside.unlink(missing_ok=True)
            remove_rubbish(path)
            remove_empty_folders(self.home, path.parent)

    def find_lock(self, destination: ObjectLocation, request_digest: str) -> Lock | None:
        """The lock that was kept for the request below that destination, or None."""
        try:
            return Lock.from_text(self._kept_lock(destination, request_digest).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def keep_lock(self, destination: ObjectLocation, request_digest: str, lock: Lock) -> None:
        """Keeps the lock for the request below that destination.

        Raises:
            OutOfSpaceError: The disk is full; the lock that was kept before is still there.
            PackStoreError: The place cannot be written to.
        """
        path = self._kept_lock(destination, request_digest)
        with self._telling(destination, "keeping the lock"):
            make_folder(self.home, path.parent)
            write_text(path, lock.to_text() + "\n", "keeping the lock")

    def _kept_lock(self, destination: ObjectLocation, request_digest: str) -> Path:
        return path_of(self.home.buckets, destination) / _LOCKS / f"{request_digest}.json"

    def _already(self, location: ObjectLocation, pack: PackFile, *, overwrite: bool) -> StoredPack | None:
        try:
            there = self.find(location)
        except PackStoreError:
            if overwrite:
                return None
            raise
        if there is None:
            return None
        # What is to be overwritten may be damaged: there only the bytes count.
        recorded = None if overwrite else there.sha256
        sha256 = recorded or self._actual_sha256(location)
        if sha256 != pack.sha256 and not overwrite:
            raise conflict_of(there, sha256, pack)
        return there if sha256 == pack.sha256 else None

    def _actual_sha256(self, location: ObjectLocation) -> str:
        path = pack_path(self.home.buckets, location)
        return with_current(location, path, lambda files: sha256_of(files.pack)) or ""

    @contextmanager
    def _telling(self, location: ObjectLocation, doing: str) -> Iterator[None]:
        with telling_when_full(self.home.buckets, doing):
            try:
                yield
            except OSError as fault:
                if is_full(fault):
                    raise
                raise unreadable(location, fault) from fault


def _fill(location: ObjectLocation, generation: Generation, pack: PackFile, step: Step) -> StoredPack:
    files = generation.files
    _write(files.manifest, pack.manifest.to_json())
    if pack.lock is not None:
        _write(files.lock, pack.lock.to_text())
    os.write(generation.sha256_descriptor, f"{pack.sha256}  {files.pack.name}\n".encode())
    os.fsync(generation.sha256_descriptor)
    place(pack.path, files.pack, step)
    return describe(location, files)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _fetch(location: ObjectLocation, path: Path, files: PackFiles, to: Path, step: Step) -> PackFile:
    stored = describe(location, files)
    lock = lock_of(location, files)
    with telling_when_full(to.parent, "fetching the pack"):
        sha256 = copy(files.pack, to, step)
    if stored.sha256 not in {None, sha256}:
        to.unlink()
        raise PackCorruptError(
            str(location),
            f"the pack is damaged: its sha256 was {stored.sha256} when it was published and is {sha256} now",
            f"Remove {path} and run the command again: the pack is then built and published anew.",
        )
    return PackFile(path=to, sha256=sha256, size=to.stat().st_size, manifest=stored.manifest, lock=lock)
