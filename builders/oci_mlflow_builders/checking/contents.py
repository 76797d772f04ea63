"""What lies in a prefix: its files with their sizes, and which package each of them belongs to."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import attrs

_RECORD = re.compile(r"(?P<folder>.*site-packages)/(?P<name>[^/]+)-[^-/]+\.dist-info/RECORD")
#: What belongs to no package: the interpreter, where it is not a package itself, and what makes a prefix a pack.
PYTHON = "python"


@attrs.frozen
class Found:
    """A file of the prefix."""

    #: Relative to the prefix.
    name: str
    #: Bytes.
    size: int
    executable: bool


def files_of(prefix: Path) -> tuple[Found, ...]:
    """Every plain file, links left out."""
    return tuple(_walk(str(prefix), ""))


def _walk(folder: str, below: str) -> Iterator[Found]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = below + entry.name
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                yield from _walk(entry.path, f"{name}/")
            elif stat.S_ISREG(status.st_mode):
                yield Found(name, status.st_size, bool(status.st_mode & 0o111))


def sizes_by_package(prefix: Path, files: tuple[Found, ...]) -> list[tuple[str, int]]:
    """Bytes of each package's files, the largest first; what no package names counts as `PYTHON`."""
    owners = _owners(prefix, files)
    sizes: dict[str, int] = {}
    for file in files:
        owner = owners.get(file.name, PYTHON)
        sizes[owner] = sizes.get(owner, 0) + file.size
    return sorted(sizes.items(), key=lambda item: (-item[1], item[0]))


def _owners(prefix: Path, files: tuple[Found, ...]) -> dict[str, str]:
    owners: dict[str, str] = {}
    for file in files:
        record = _RECORD.fullmatch(file.name)
        if record is not None:
            owners.update(_of_distribution(prefix / file.name, record["folder"], record["name"]))
        elif file.name.startswith("conda-meta/") and file.name.endswith(".json"):
            owners.update(_of_conda_package(prefix / file.name))
    return owners


def _of_distribution(record: Path, folder: str, name: str) -> Iterator[tuple[str, str]]:
    for line in record.read_text(encoding="utf-8", errors="replace").splitlines():
        path = line.rpartition(",")[0].rpartition(",")[0].strip('"')
        yield os.path.normpath(f"{folder}/{path}"), name.lower().replace("_", "-")


def _of_conda_package(record: Path) -> Iterator[tuple[str, str]]:
    try:
        plain = json.loads(record.read_text(encoding="utf-8"))
        files, name = plain["files"], str(plain["name"])
    except (ValueError, KeyError, TypeError):
        return
    for path in files:
        yield str(path), name
