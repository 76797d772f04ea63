"""The context of a build: a folder with the Dockerfile and the archives of the layers, or the same as a stream."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from oci_mlflow_builders.images.layer_files import LayerFile

DOCKERFILE = "Dockerfile"
_PIECE = 1 << 20
_MTIME = 315_532_800


def lay_context(folder: Path, dockerfile: str, layers: Sequence[LayerFile]) -> None:
    """Fills the new folder; the archives are not copied where the file system can do without.

    Raises:
        OSError: The disk is full, and the like.
    """
    folder.mkdir()
    (folder / DOCKERFILE).write_text(dockerfile, encoding="utf-8")
    for layer in layers:
        os.link(layer.path, folder / layer.path.name)


def stream_of(folder: Path) -> Iterator[bytes]:
    """The folder's files as a tar archive."""
    for path in sorted(folder.iterdir()):
        size = path.stat().st_size
        header = tarfile.TarInfo(path.name)
        header.mode, header.size, header.mtime = 0o644, size, _MTIME
        yield header.tobuf(tarfile.PAX_FORMAT)
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece
        yield bytes(-size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


class Stream:
    """What `stream_of` gives, as a file that is read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; none at the end."""
        while not self._rest or size < 0:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        given, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return given

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces
