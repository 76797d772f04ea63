"""Removing folders that hold read-only folders."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """Removes the folder with all that is in it, read-only folders too; one that is not there is fine.

    Raises:
        OSError: Something in it is not this user's to remove.
    """
    try:
        _remove(folder)
    except PermissionError:
        _make_writable(folder)
        _remove(folder)


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        if folder.exists():
            raise


def _make_writable(folder: Path) -> None:
    _permit(folder)
    for parent, folders, _files in os.walk(folder):
        for name in folders:
            _permit(Path(parent, name))


def _permit(folder: Path) -> None:
    mode = folder.lstat().st_mode
    if stat.S_ISDIR(mode):
        # Not the user's own: the removal that follows says so.
        with suppress(PermissionError):
            folder.chmod(stat.S_IMODE(mode) | stat.S_IRWXU)
