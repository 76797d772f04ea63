"""The pip part of an environment for another kind of machine, none of whose programs can be run here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from oci_mlflow_builders.uv.records import replacing

_LIBRARY = re.compile(r"python3\.\d+")


def merge(aside: Path, into: Path, minor: str) -> None:
    """Moves what was installed aside into the prefix, under the names that its Python has.

    Args:
        aside: A folder laid out as a prefix, by a Python that may be of another minor version.
        into: The prefix, on the same file system.
        minor: Of the prefix's Python, such as ``3.11``.
    """
    for path in list(_files(aside)):
        relative = _named_for(PurePosixPath(path.relative_to(aside).as_posix()), minor)
        if relative.name == "RECORD" and relative.parent.suffix == ".dist-info":
            _rename_in(path, minor)
        target = into / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(replacing(target))


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        # uv's own lock file stands at the root.
        if (path.is_symlink() or not path.is_dir()) and path != folder / ".lock":
            yield path


def _named_for(path: PurePosixPath, minor: str) -> PurePosixPath:
    parts = path.parts
    return PurePosixPath(*(_part(part, minor) for part in parts[:3]), *parts[3:])


def _part(part: str, minor: str) -> str:
    return f"python{minor}" if _LIBRARY.fullmatch(part) else part


def _rename_in(record: Path, minor: str) -> None:
    """The list of a distribution's files names those outside of ``site-packages`` by their way from there."""
    text = record.read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^((?:\.\./)+include/site/)python3\.\d+/", rf"\g<1>python{minor}/", text)
    if changed != text:
        replacing(record).write_text(changed, encoding="utf-8")
