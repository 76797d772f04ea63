"""Unpacking tar archives without ever writing outside of their folder.

The library's own filters are younger than the Pythons that the twin runs on.
"""

from __future__ import annotations

import os
import tarfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

#: Python 3.14 changes what is done without one.
_OPTIONS = {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}


class UnsafeMemberError(Exception):
    """A member of an archive reaches out of the folder, or is none of file, folder and link."""


def extract(stream: BinaryIO, folder: Path) -> None:
    """Unpacks a gzipped archive into a new folder; owners are not restored.

    Raises:
        UnsafeMemberError: A member must not be unpacked; those before it were.
        tarfile.TarError, EOFError, OSError: The archive is none, or a file cannot be written.
    """
    folder.mkdir(parents=True)
    root = folder.resolve()
    with tarfile.open(fileobj=stream, mode="r|gz") as archive:
        for member in archive:
            place = _place(member.name, member.name, root)
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
            else:
                _extract(archive, member, place, root)


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, place: Path, root: Path) -> None:
    if not (member.isreg() or member.issym() or member.islnk()):
        raise UnsafeMemberError(f"'{member.name}' is neither a file nor a folder nor a link")
    if member.islnk():
        _place(member.linkname, member.name, root)
    place.parent.mkdir(parents=True, exist_ok=True)
    # what is opened for writing would otherwise be the file that a link leads to
    place.unlink(missing_ok=True)
    member.mode &= 0o777
    member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
    archive.extract(member, root, **_OPTIONS)  # type: ignore[arg-type]


def _place(name: str, member: str, root: Path) -> Path:
    """Where a name leads, with every link to its folder followed."""
    parts = PurePosixPath(name).parts
    path = root.joinpath(*parts)
    folder = path.parent.resolve() if parts else root
    if name.startswith("/") or ".." in parts or not folder.is_relative_to(root):
        raise UnsafeMemberError(f"'{member}' lies outside of the archive's folder")
    return folder / path.name if parts else root
