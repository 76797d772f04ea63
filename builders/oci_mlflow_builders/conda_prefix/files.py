"""The files of a prefix, read for what decides about them."""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

#: Larger files are mapped instead of read.
_LARGE = 1 << 20


class Tree(NamedTuple):
    """What lies below a prefix, by names relative to it with slashes, sorted."""

    files: tuple[str, ...]
    #: Target by name.
    links: dict[str, str]


def tree_of(prefix: Path) -> Tree:
    """Walks the prefix."""
    files: list[str] = []
    links: dict[str, str] = {}
    for name, entry in _walk(str(prefix), ""):
        if entry.is_symlink():
            links[name] = os.readlink(entry.path)  # noqa: PTH115 - Path.readlink is of Python 3.9
        else:
            files.append(name)
    return Tree(tuple(sorted(files)), {name: links[name] for name in sorted(links)})


def _walk(folder: str, below: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{below}{entry.name}/")
            else:
                yield below + entry.name, entry


class Content:
    """A file's bytes, without a copy of them where the file is large."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size

    def sha256(self) -> str:
        """64 hexadecimal digits."""
        digest = hashlib.sha256()
        with self.path.open("rb", buffering=0) as stream:
            for piece in iter(lambda: stream.read(_LARGE), b""):
                digest.update(piece)
        return digest.hexdigest()

    def mentions(self, *texts: bytes) -> bool:
        """Whether one of the texts stands in it."""
        if self.size < _LARGE:
            data = self.path.read_bytes()
            return any(text in data for text in texts)
        with self.path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            return any(mapped.find(text) >= 0 for text in texts)

    def read(self) -> bytes:
        """All of it."""
        return self.path.read_bytes()


def replace(path: Path, data: bytes) -> None:
    """Gives the file other bytes and keeps what it may do; caches that it was linked from keep theirs."""
    mode = path.stat().st_mode & 0o777
    unfinished = path.with_name(f"{path.name}.settling")
    unfinished.write_bytes(data)
    unfinished.chmod(mode)
    unfinished.replace(path)


def sha256_of(data: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
