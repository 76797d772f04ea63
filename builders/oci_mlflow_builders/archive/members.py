"""The files of a prefix as members of an archive, in an order and form that do not depend on the machine."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import attrs

#: 1980-01-01, the earliest time that every archive format knows.
MTIME = 315_532_800


class UnpackableFileError(Exception):
    """A file that cannot be part of a pack, with the reason."""


@attrs.frozen
class Member:
    """One member of the archive."""

    header: tarfile.TarInfo
    #: Where its bytes are; None for links and folders.
    source: Path | None


def members_of(prefix: Path) -> tuple[Member, ...]:
    """All files, links and empty folders below the prefix, sorted by name.

    Raises:
        UnpackableFileError: A socket or the like, or a link that leads out of the prefix.
    """
    return tuple(sorted(_walk(prefix, prefix), key=lambda member: member.header.name))


def file_member(name: str, size: int) -> tarfile.TarInfo:
    """The header of a plain file that is not on disk."""
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, 0o644, MTIME
    return header


def _walk(folder: Path, prefix: Path) -> Iterator[Member]:
    with os.scandir(folder) as entries:
        found = list(entries)
    if not found and folder != prefix:
        yield Member(_header(folder.relative_to(prefix).as_posix(), tarfile.DIRTYPE, 0o755), None)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), prefix)
        else:
            yield _member(entry, prefix)


def _member(entry: os.DirEntry[str], prefix: Path) -> Member:
    path = Path(entry.path)
    name = path.relative_to(prefix).as_posix()
    if entry.is_symlink():
        header = _header(name, tarfile.SYMTYPE, 0o777)
        header.linkname = _link_inside(name, str(path.readlink()), prefix)
        return Member(header, None)
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        msg = f"{name} is neither a file nor a link nor a folder"
        raise UnpackableFileError(msg)
    header = _header(name, tarfile.REGTYPE, 0o755 if status.st_mode & 0o111 else 0o644)
    header.size = status.st_size
    return Member(header, path)


def _header(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.mode, header.mtime = kind, mode, MTIME
    return header


def _link_inside(name: str, target: str, prefix: Path) -> str:
    """The link's target, relative to the link."""
    if target.startswith("/"):
        try:
            inside = Path(target).relative_to(prefix)
        except ValueError:
            msg = f"{name} is a link to {target}, outside of the environment"
            raise UnpackableFileError(msg) from None
        return os.path.relpath(inside, PurePosixPath(name).parent)
    if os.path.normpath(PurePosixPath(name).parent / target).split("/")[0] == "..":
        msg = f"{name} is a link to {target}, outside of the environment"
        raise UnpackableFileError(msg)
    return target
