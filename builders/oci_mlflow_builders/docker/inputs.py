"""The files that go into a container, as one stream: nothing of this machine is mounted, so engines may be remote."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import attrs

_PIECE = 1 << 20
_MTIME = 315_532_800


@attrs.frozen
class Input:
    """One file: its path in the container, and its bytes or the file that has them."""

    path: PurePosixPath
    content: bytes | Path

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


def archive_of(inputs: Iterable[Input], folders: Iterable[PurePosixPath]) -> Iterator[bytes]:
    """A tar archive to be laid out at ``/``; every user of the container may write into its folders."""
    inputs = tuple(inputs)
    made = {PurePosixPath("/tmp"), PurePosixPath("/")}  # noqa: S108 - every image has it
    for folder in (*folders, *(item.path.parent for item in inputs)):
        for each in (*reversed(folder.parents), folder):
            if each not in made:
                made.add(each)
                yield _header(each, tarfile.DIRTYPE, 0o777, 0)
    for item in inputs:
        yield _header(item.path, tarfile.REGTYPE, 0o644, item.size)
        yield from _pieces(item)
        yield bytes(-item.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _header(path: PurePosixPath, kind: bytes, mode: int, size: int) -> bytes:
    header = tarfile.TarInfo(str(path).lstrip("/"))
    header.type, header.mode, header.size, header.mtime = kind, mode, size, _MTIME
    return header.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _pieces(item: Input) -> Iterator[bytes]:
    if isinstance(item.content, bytes):
        yield item.content
        return
    with item.content.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
