"""Unpacking a runtime artifact."""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from oci_mlflow_core.errors import InvalidRequestError

_FILE = 0o444
_FOLDER = 0o555


def unpack_read_only(archive: Path, to: Path) -> None:
    """Unpacks the zip into the new folder `to`; nothing in it can be written afterwards.

    Raises:
        InvalidRequestError: It is not a zip, or has a member that would lie elsewhere or is not a plain file.
    """
    to.mkdir()
    try:
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                _unpack(members, member, to)
    except zipfile.BadZipFile as fault:
        raise InvalidRequestError(f"the runtime artifact cannot be unpacked: {fault}") from fault
    for path in to.rglob("*"):
        path.chmod(_FOLDER if path.is_dir() else _FILE)
    to.chmod(_FOLDER)


def _unpack(members: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path) -> None:
    path = PurePosixPath(member.filename)
    mode = member.external_attr >> 16
    plain = stat.S_IFMT(mode) in {0, stat.S_IFREG, stat.S_IFDIR}
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename or not plain:
        raise InvalidRequestError(f"the runtime artifact holds '{member.filename}', which is no plain relative file")
    target = to.joinpath(*path.parts)
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with members.open(member) as source, target.open("wb") as destination:
        shutil.copyfileobj(source, destination, 1 << 20)
