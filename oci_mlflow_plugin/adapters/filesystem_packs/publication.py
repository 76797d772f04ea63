"""A pack on its way into the folder, while it is being made."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import FileIO
from pathlib import Path

import attrs

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackManifest, StoredPack
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.ports.publication import Publication
from oci_mlflow_plugin.adapters.filesystem_packs.generations import Generation, remove_rubbish
from oci_mlflow_plugin.adapters.filesystem_packs.reading import describe
from oci_mlflow_plugin.adapters.home.atomic import write_all


@attrs.define(kw_only=True)
class FolderPublication(Publication):
    """Writes the pack into a generation, and makes the link to it at the end."""

    location: ObjectLocation
    manifest: PackManifest
    lock: Lock | None
    step: Step
    overwrite: bool
    generation: Generation
    #: Of the pack in the generation; empty at first.
    stream: FileIO
    #: The pack that was published there meanwhile, where it has that sha256; None where nothing is there any more.
    #: Raises `PackConflictError` for another one.
    already: Callable[[str], StoredPack | None]
    #: Tells what the operating system refuses.
    telling: Callable[[], AbstractContextManager[None]]
    _size: int = attrs.field(default=0, init=False)

    def write(self, data: bytes, /) -> int:
        """Writes behind what was written before.

        Raises:
            OutOfSpaceError: The disk is full.
        """
        with self.telling():
            write_all(self.stream.fileno(), data)
        self._size += len(data)
        self.step.moved(self._size, None)
        return len(data)

    def commit(self, sha256: str, size: int) -> StoredPack:
        """Publishes what was written, unless the same is there by now.

        Raises:
            PackConflictError: Another pack is there by now.
            PackStoreError: The size is not that of what was written, or the place cannot be written to.
            OutOfSpaceError: The disk is full.
        """
        if size != self._size:
            raise PackStoreError(str(self.location), f"{self._size} bytes were written of a pack of {size}")
        with self.telling():
            os.fsync(self.stream.fileno())
            write_beside(self.generation, self.manifest, self.lock, sha256)
            stored = describe(self.location, self.generation.files)
            while not self.generation.commit(overwrite=self.overwrite):
                there = self.already(sha256)
                if there is not None:
                    return there
            remove_rubbish(self.generation.path)
        self.step.moved(size, size)
        return stored


def write_beside(generation: Generation, manifest: PackManifest, lock: Lock | None, sha256: str) -> None:
    """Writes what lies beside the pack; called once for a generation."""
    files = generation.files
    _write(files.manifest, manifest.to_json())
    if lock is not None:
        _write(files.lock, lock.to_text())
    os.write(generation.sha256_descriptor, f"{sha256}  {files.pack.name}\n".encode())
    os.fsync(generation.sha256_descriptor)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
