"""Bringing a prefix to another path, as the service does, without copying its bytes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import attrs


class WrittenInPlaceError(Exception):
    """A file of the prefix was changed through a link to it; its name is the argument."""


def link_tree(prefix: Path, to: Path, each: Callable[[], None]) -> None:
    """Makes the folder `to` with the same folders and links as the prefix, and hard links to its files.

    Where files cannot be linked, they are copied.

    Args:
        prefix: Is left as it is.
        to: On the same disk, not there yet.
        each: Called for each folder.
    """
    for place, folders, names in os.walk(prefix):
        each()
        target = to / Path(place).relative_to(prefix)
        target.mkdir()
        linked_folders = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*names, *linked_folders):
            _link(Path(place) / name, target / name)


def _link(source: Path, to: Path) -> None:
    if source.is_symlink():
        to.symlink_to(source.readlink())
        return
    try:
        os.link(source, to)
    except OSError:
        shutil.copy2(source, to)


@attrs.frozen
class Fingerprint:
    """Sizes and times of the files of a prefix, by which a change of them is noticed."""

    _prefix: Path
    _states: dict[str, tuple[int, int]]

    @classmethod
    def of(cls, prefix: Path) -> Fingerprint:
        """As they are now."""
        return cls(prefix, _states_of(prefix))

    def verify(self) -> None:
        """Compares.

        Raises:
            WrittenInPlaceError: A file is not as it was.
        """
        now = _states_of(self._prefix)
        for name, state in self._states.items():
            if now.get(name) != state:
                raise WrittenInPlaceError(name)


def _states_of(prefix: Path) -> dict[str, tuple[int, int]]:
    states = {}
    for place, _, names in os.walk(prefix):
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118 - quicker, for thousands of files
            status = os.lstat(path)
            states[os.path.relpath(path, prefix)] = (status.st_size, status.st_mtime_ns)
    return states
