"""The pack store in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import attrs

from oci_mlflow_core.errors import PackCorruptError, PackNotFoundError, PackStoreError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, PackManifest, StoredPack
from oci_mlflow_core.planning.pack_conflict import conflict_of
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.ports.publication import Publication
from oci_mlflow_plugin.adapters.filesystem_packs.folders import make_folder, remove_empty_folders
from oci_mlflow_plugin.adapters.filesystem_packs.generations import new_generation, remove_rubbish
from oci_mlflow_plugin.adapters.filesystem_packs.places import PackFiles, pack_path, path_of
from oci_mlflow_plugin.adapters.filesystem_packs.publication import FolderPublication, write_beside
from oci_mlflow_plugin.adapters.filesystem_packs.reading import describe, lock_of, unreadable, with_current
from oci_mlflow_plugin.adapters.filesystem_packs.transfer import copy, place, sha256_of
from oci_mlflow_plugin.adapters.home.atomic import write_text
from oci_mlflow_plugin.adapters.home.disk_space import is_full, telling_when_full
from oci_mlflow_plugin.adapters.home.layout import Home

_LOCKS = ".locks"
_PUBLISHING = "publishing the pack"


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
        with self._telling(location, _PUBLISHING):
            while True:
                there = self._already(location, pack.manifest, pack.sha256, overwrite=overwrite)
                if there is not None:
                    return there
                with new_generation(self.home, path) as generation:
                    write_beside(generation, pack.manifest, pack.lock, pack.sha256)
                    place(pack.path, generation.files.pack, step)
                    stored = describe(location, generation.files)
                    if generation.commit(overwrite=overwrite):
                        break
            remove_rubbish(path)
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
        """Begins to publish a pack that is written to the publication, into a generation that nothing leads to yet.

        Raises:
            PackConflictError: Another pack is there.
            OutOfSpaceError: The disk is full; what was there is unchanged, and nothing else is left.
            PackStoreError: What is there is not a pack, or the place cannot be written to.
        """
        path = pack_path(self.home.buckets, location)
        if not overwrite:
            there = self.find(location)
            if there is not None and (lock is None or there.manifest.lock_digest != lock.digest):
                raise conflict_of(there, "", manifest)
        with ExitStack() as unfinished:
            with self._telling(location, _PUBLISHING):
                generation = unfinished.enter_context(new_generation(self.home, path))
                stream = unfinished.enter_context(generation.files.pack.open("xb", buffering=0))
            yield FolderPublication(
                location=location,
                manifest=manifest,
                lock=lock,
                step=step,
                overwrite=overwrite,
                generation=generation,
                stream=stream,
                already=lambda sha256: self._already(location, manifest, sha256, overwrite=overwrite),
                telling=lambda: self._telling(location, _PUBLISHING),
            )

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

    def _already(
        self, location: ObjectLocation, manifest: PackManifest, sha256: str, *, overwrite: bool
    ) -> StoredPack | None:
        """The pack there when it has the same bytes, None where it is to be made or replaced.

        Raises:
            PackConflictError: It is another one, and is to stay.
            PackStoreError: What is there is not a pack, and is to stay.
        """
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
        theirs = recorded or self._actual_sha256(location)
        if theirs != sha256 and not overwrite:
            raise conflict_of(there, theirs, manifest, sha256)
        return there if theirs == sha256 else None

    def _actual_sha256(self, location: ObjectLocation) -> str:
        path = pack_path(self.home.buckets, location)
        return with_current(location, path, lambda files: sha256_of(files.pack)) or ""

    @contextmanager
    def _telling(self, location: ObjectLocation, doing: str) -> Iterator[None]:
        """Turns what the operating system refuses into errors about the location.

        Raises:
            OutOfSpaceError: The disk is full.
            PackStoreError: Anything else.
        """
        with telling_when_full(self.home.buckets, doing):
            try:
                yield
            except OSError as fault:
                if is_full(fault):
                    raise
                raise unreadable(location, fault) from fault


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
