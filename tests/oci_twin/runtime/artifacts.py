"""Model artifacts: zips, with ``score.py`` and ``runtime.yaml`` at their root where they are served by the service.

Source: OCI documentation, "Preparing a model artifact": both lie at the root of the zip, in no folder; "Bring your own
container": for a container, nothing has to be in it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from oci_twin.runtime.failing import CannotServe

_NEEDED = ("score.py", "runtime.yaml")


def unpack_artifact(archive: Path, folder: Path) -> None:
    """Unpacks the zip into a new folder, which nobody may write to afterwards.

    Raises:
        CannotServe: The file is no zip, lacks one of the two files at its root, or holds a path out of the folder.
    """
    _unpack(archive, folder, _NEEDED)


def unpack_any_artifact(archive: Path, folder: Path) -> None:
    """Unpacks the zip for a container, whose user, whoever that is, reads it and nobody writes to it.

    Raises:
        CannotServe: The file is no zip, or holds a path out of the folder.
    """
    _unpack(archive, folder, ())
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def _unpack(archive: Path, folder: Path, needed: Iterable[str]) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            _check_names(opened.namelist(), needed)
            opened.extractall(folder)
    except (zipfile.BadZipFile, EOFError) as error:
        raise CannotServe(f"the model artifact is no zip archive: {error}") from error
    set_writable(folder, writable=False)


def set_writable(folder: Path, *, writable: bool) -> None:
    """Lets the owner write below the folder, or nobody."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | 0o200 if writable else mode & 0o555)


def _check_names(names: Iterable[str], required: Iterable[str]) -> None:
    paths = [PurePosixPath(name) for name in names]
    for path in paths:
        if path.is_absolute() or ".." in path.parts:
            raise CannotServe(f"the model artifact holds '{path}', which lies outside of its folder")
    for needed in required:
        if PurePosixPath(needed) in paths:
            continue
        deeper = sorted(str(path) for path in paths if path.name == needed)
        found = f", only '{deeper[0]}'" if deeper else ""
        raise CannotServe(f"the model artifact has no {needed} at the root of the zip{found}")
