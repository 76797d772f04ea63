"""The files that tell uv what is wanted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from oci_mlflow_builders.redaction import without_credentials
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedRequirement, ShippedWheel

#: Folder of the model's own wheels, below the one in which uv works.
WHEELS = "wheels"


class LocalPathError(Exception):
    """A requirement names a file that is not part of the model."""

    def __init__(self, requirement: str) -> None:
        super().__init__(
            f"the requirement '{requirement}' is a path of another machine, and no such wheel is in the model"
        )


def lay_out_wheels(wheels: tuple[ShippedWheel, ...], folder: Path) -> Path | None:
    """A folder with the model's own wheels, or None where it has none."""
    if not wheels:
        return None
    folder.mkdir()
    for wheel in wheels:
        shutil.copyfile(wheel.path, folder / wheel.filename)
    return folder


def named(requirements: Iterable[str], wheels: tuple[ShippedWheel, ...]) -> Iterator[str]:
    """The requirements, with the model's own wheels by name instead of by path.

    Raises:
        LocalPathError: One names another local file.
    """
    shipped = {wheel.filename: wheel for wheel in wheels}
    for text in requirements:
        url = _url(text)
        if url is None or not url.startswith("file:"):
            yield text
        elif (filename := PurePosixPath(unquote(urlsplit(url).path)).name) in shipped:
            yield _pin(filename)
        else:
            raise LocalPathError(text)


def pins(wheels: tuple[ShippedWheel, ...], folder: Path) -> Iterator[str]:
    """Constraints by which the model's own wheels win over what an index calls by the same name.

    Of several files for one version (for other machines) uv takes the one that fits; they are pinned by version.
    """
    files = _files_by_version(wheels)
    for name in sorted({name for name, _ in files}):
        versions = [version for other, version in files if other == name]
        if len(versions) == 1:
            names = files[name, versions[0]]
            yield f"{name} @ {(folder / names[0]).as_uri()}" if len(names) == 1 else f"{name}=={versions[0]}"


def with_shipped_hashes(locked: LockedRequirement, wheels: tuple[ShippedWheel, ...]) -> LockedRequirement:
    """The requirement, met by the model's own wheels alone where it ships that version of it."""
    own = [wheel for wheel in wheels if _pin(wheel.filename) == f"{locked.name}=={locked.version}"]
    if not own:
        return locked
    hashes = tuple(sorted(f"sha256:{wheel.sha256}" for wheel in own))
    return LockedRequirement(name=locked.name, version=locked.version, hashes=hashes)


def pinned(locked: LockedRequirement, request: EnvironmentRequest, folder: Path) -> str:
    """The line that installs exactly this; `folder` holds the model's own wheels."""
    stated = f"{locked.name}=={locked.version}"
    names = _files_by_version(request.wheels).get((locked.name, locked.version), [])
    if locked.url:
        stated = f"{locked.name} @ {_with_credentials(locked, request)}"
    elif len(names) == 1:
        stated = f"{locked.name} @ {(folder / names[0]).as_uri()}"
    return " ".join([stated, *(f"--hash={hash_}" for hash_ in locked.hashes)])


def write_lines(path: Path, lines: Iterator[str] | list[str]) -> Path:
    """Writes them into a file that only its owner can read: index URLs may hold credentials."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)
    return path


def hashed_and_not(lock: Lock) -> tuple[list[LockedRequirement], list[LockedRequirement]]:
    """Requirements that a hash pins, and those that a commit does (of a repository, which has no hash)."""
    hashed = [locked for locked in lock.pip if locked.hashes]
    return hashed, [locked for locked in lock.pip if not locked.hashes]


def _with_credentials(locked: LockedRequirement, request: EnvironmentRequest) -> str:
    """The locked URL as the request has it, since a lock holds no credential."""
    for text in request.pip:
        url = _url(text)
        if url and without_credentials(url).partition("#")[0] == locked.url.partition("#")[0]:
            return url
    return locked.url


def _url(text: str) -> str | None:
    try:
        return Requirement(text).url
    except InvalidRequirement:
        return None


def _files_by_version(wheels: tuple[ShippedWheel, ...]) -> dict[tuple[str, str], list[str]]:
    files: dict[tuple[str, str], list[str]] = {}
    for wheel in wheels:
        name, version, *_ = parse_wheel_filename(wheel.filename)
        files.setdefault((name, str(version)), []).append(wheel.filename)
    return files


def _pin(filename: str) -> str:
    name, version, *_ = parse_wheel_filename(filename)
    return f"{canonicalize_name(name)}=={version}"
