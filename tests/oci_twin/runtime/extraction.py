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
    with tarfile.open(fileobj=stream, mode="r:gz") as archive:
        _Extraction(archive, folder.resolve()).run()


class _Extraction:
    """One archive on its way into a folder."""

    def __init__(self, archive: tarfile.TarFile, root: Path) -> None:
        self._archive = archive
        self._root = root
        #: Folders that are there and inside; forgotten with every link, which may change where names lead.
        self._known: set[PurePosixPath] = set()

    def run(self) -> None:
        for member in self._archive:
            if member.isdir():
                self._enter(PurePosixPath(member.name), member)
            elif member.isreg() or member.issym() or member.islnk():
                self._extract(member)
            else:
                raise UnsafeMemberError(f"'{member.name}' is neither a file nor a folder nor a link")

    def _extract(self, member: tarfile.TarInfo) -> None:
        name = PurePosixPath(member.name)
        self._enter(name.parent, member)
        if member.islnk():
            self._enter(PurePosixPath(member.linkname).parent, member)
        place = self._root / name
        if os.path.lexists(place):
            # what is opened for writing would otherwise be the file that a link leads to
            place.unlink()
        if member.issym():
            self._known.clear()
        member.mode &= 0o777
        member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
        self._archive.extract(member, self._root, **_OPTIONS)  # type: ignore[arg-type]

    def _enter(self, folder: PurePosixPath, member: tarfile.TarInfo) -> None:
        """Makes sure of a folder, with every link on the way followed."""
        if folder in self._known:
            return
        place = self._root / folder
        outside = folder.is_absolute() or ".." in (*folder.parts, PurePosixPath(member.name).name)
        if outside or not place.resolve().is_relative_to(self._root):
            raise UnsafeMemberError(f"'{member.name}' lies outside of the archive's folder")
        place.mkdir(parents=True, exist_ok=True)
        self._known.add(folder)
