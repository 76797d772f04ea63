"""Files that are written whole or not at all.

The text goes to a temporary file in the same folder, which is synchronised and then renamed over the old one. The
writer has a claim on its temporary file; one without a claim was left by a killed process, and the next writer of
the same file removes it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_plugin.adapters.home.disk_space import telling_when_full
from oci_mlflow_plugin.adapters.home.flock import claim


def write_text(path: Path, text: str, doing: str) -> None:
    """Replaces the content of the file, readable for this user alone; it is on disk when this returns.

    Args:
        path: The file; its folder exists.
        text: Written as UTF-8, line ends as they are.
        doing: What is going on, to follow 'while' in the error about a full disk.

    Raises:
        OutOfSpaceError: The disk is full; the file is as it was, and nothing else is left.
    """
    with telling_when_full(path.parent, doing):
        remove_abandoned(path)
        temporary, descriptor = _temporary_for(path)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            try:
                stream.write(text)
                stream.flush()
                os.fsync(descriptor)
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                # What could not be flushed would be tried again, and fail again, when the stream is closed.
                with suppress(OSError):
                    stream.close()
                raise
        sync_folder(path.parent)


@attrs.frozen
class Replacement:
    """The new content of a file, on its way."""

    path: Path
    _temporary: Path
    _descriptor: int

    def write(self, data: bytes) -> None:
        """Writes all of it behind what was written before."""
        write_all(self._descriptor, data)

    def commit(self) -> None:
        """Replaces the file by what was written; it is on disk when this returns."""
        os.fsync(self._descriptor)
        self._temporary.replace(self.path)
        sync_folder(self.path.parent)


@contextmanager
def replacement(path: Path) -> Iterator[Replacement]:
    """New content for the file, readable for this user alone; what is not committed when the context ends is removed.

    Raises:
        OSError: The file cannot be written.
    """
    remove_abandoned(path)
    temporary, descriptor = _temporary_for(path)
    try:
        yield Replacement(path, temporary, descriptor)
    finally:
        temporary.unlink(missing_ok=True)
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Writes all bytes to the open file; the system may take fewer at once."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def write_json(path: Path, value: Any, doing: str) -> None:  # noqa: ANN401 - plain JSON types have no common type
    """`write_text` with the value as indented JSON."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n", doing)


def remove_abandoned(path: Path) -> None:
    """Removes the temporary files that killed writers of `path` left."""
    pattern = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{16}}\.tmp")
    for name in os.listdir(path.parent):  # noqa: PTH208 - names are all that is needed
        if pattern.fullmatch(name):
            _remove_unclaimed(path.with_name(name))


def sync_folder(folder: Path) -> None:
    """Brings the names in the folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems cannot synchronise a folder, and do not have to.
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temporary_for(path: Path) -> tuple[Path, int]:
    while True:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
        descriptor = claim(temporary)
        if descriptor is not None:
            return temporary, descriptor


def _remove_unclaimed(temporary: Path) -> None:
    try:
        descriptor = claim(temporary, create=False)
    except FileNotFoundError:
        return
    if descriptor is not None:
        temporary.unlink(missing_ok=True)
        os.close(descriptor)
