"""The files of a prefix: which there are, what is in them, and giving them other bytes."""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

#: Bytes; larger files are mapped, or read in such pieces.
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


def mentions(path: str, texts: Collection[bytes]) -> bool:
    """Whether one of the texts stands in the file."""
    # Every file of a prefix goes through here: the calls are those that cost least.
    file = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(file).st_size
        if size < _LARGE:
            data = os.read(file, size)
            return any(text in data for text in texts)
        with mmap.mmap(file, size, access=mmap.ACCESS_READ) as mapped:
            return any(mapped.find(text) >= 0 for text in texts)
    finally:
        os.close(file)


def sha256_of_file(path: Path) -> str:
    """64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        for piece in iter(lambda: stream.read(_LARGE), b""):
            digest.update(piece)
    return digest.hexdigest()


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
