"""The files of a prefix as members of an archive, in an order and form that do not depend on the machine."""

from __future__ import annotations

import os
import posixpath
import stat
import tarfile
from collections.abc import Iterator

import attrs


class UnpackableFileError(Exception):
    """A file that cannot be part of a pack, with the reason."""


@attrs.frozen
class Member:
    """One member of the archive."""

    name: str
    #: Of `tarfile`'s types: a file, a link or a folder.
    kind: bytes
    mode: int
    #: Bytes; 0 for all but files.
    size: int = 0
    #: Of a link, relative to it.
    target: str = ""
    #: Of a file: where its bytes are, or the bytes.
    source: str | bytes = ""


def members_of(prefix: str) -> list[Member]:
    """All files, links and empty folders below the prefix, sorted by name.

    Raises:
        UnpackableFileError: A socket or the like, or a link that leads out of the prefix.
    """
    return sorted(_walk(prefix, "", prefix), key=lambda member: member.name)


def file_member(name: str, data: bytes) -> Member:
    """A plain file that is not on disk."""
    return Member(name, tarfile.REGTYPE, 0o644, len(data), source=data)


def _walk(folder: str, name: str, prefix: str) -> Iterator[Member]:
    with os.scandir(folder) as entries:
        found = list(entries)
    if not found and name:
        yield Member(name, tarfile.DIRTYPE, 0o755)
    below = f"{name}/" if name else ""
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, below + entry.name, prefix)
        else:
            yield _member(entry, below + entry.name, prefix)


def _member(entry: os.DirEntry[str], name: str, prefix: str) -> Member:
    status = entry.stat(follow_symlinks=False)
    if stat.S_ISREG(status.st_mode):
        mode = 0o755 if status.st_mode & 0o111 else 0o644
        return Member(name, tarfile.REGTYPE, mode, status.st_size, source=entry.path)
    if stat.S_ISLNK(status.st_mode):
        target = os.readlink(entry.path)  # noqa: PTH115 - a Path would normalise it
        return Member(name, tarfile.SYMTYPE, 0o777, target=_link_inside(name, target, prefix))
    msg = f"{name} is neither a file nor a link nor a folder"
    raise UnpackableFileError(msg)


def _link_inside(name: str, target: str, prefix: str) -> str:
    """The link's target, relative to the link."""
    folder = posixpath.dirname(name)
    inside = posixpath.normpath(target)
    if target.startswith("/"):
        if inside != prefix and not inside.startswith(f"{prefix}/"):
            raise _outside(name, target)
        return posixpath.relpath(inside, posixpath.join(prefix, folder))
    if posixpath.normpath(posixpath.join(folder, target)).split("/")[0] == "..":
        raise _outside(name, target)
    return target


def _outside(name: str, target: str) -> UnpackableFileError:
    return UnpackableFileError(f"{name} is a link to {target}, outside of the environment")
