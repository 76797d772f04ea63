"""Files of a lock that lie on this machine: the model's own wheels, and what local folders and indexes hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name

from oci_mlflow_core.model.environment import LockedRequirement, ShippedWheel

_SUFFIXES = (".whl", ".tar.gz", ".zip")


def local_folder(place: str) -> Path | None:
    """The folder that an index URL or an entry of find-links names on this machine, or None for another place."""
    if place.startswith("file:"):
        return Path(unquote(urlsplit(place).path))
    return None if "://" in place else Path(place).expanduser()


def files_at_hand(
    locked: Iterable[LockedRequirement],
    wheels: Iterable[ShippedWheel],
    links: Iterable[Path],
    indexes: Iterable[Path],
) -> Mapping[str, tuple[Path, ...]]:
    """The files here, by requirement, that have a hash of the lock.

    Args:
        locked: Requirements of the lock.
        wheels: The model's own.
        links: Folders of files.
        indexes: Folders with a folder of files for each name, as the simple index has them.
    """
    shipped = [Path(wheel.path) for wheel in wheels]
    linked = [file for folder in links for file in _files_in(folder)]
    indexes = tuple(indexes)
    found: dict[str, tuple[Path, ...]] = {}
    for requirement in locked:
        indexed = [file for index in indexes for file in _files_in(index / requirement.name)]
        candidates = (file for file in (*shipped, *linked, *indexed) if _may_be(file, requirement))
        fitting = {file.name: file for file in candidates if _hash(file) in requirement.hashes}
        if fitting:
            found[requirement.name] = tuple(fitting.values())
    return found


def has_wheel(files: Iterable[Path]) -> bool:
    """Whether one of them needs no building."""
    return any(file.suffix == ".whl" for file in files)


def _files_in(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(file for file in folder.iterdir() if file.name.endswith(_SUFFIXES))
    except OSError:
        return


def _may_be(file: Path, requirement: LockedRequirement) -> bool:
    """By the name alone, so that not every file is read."""
    return canonicalize_name(file.name).startswith(f"{requirement.name}-")


def _hash(file: Path) -> str:
    return f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
