"""Folders that appear whole: they are made under another name and renamed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.home.removal import remove_tree

_PREFIX = ".making-"
_LOCK = ".lock"


@contextmanager
def staged(parent: Path) -> Iterator[Path]:
    """A new folder below `parent` for the time of the context; renamed by then, or removed.

    What a killed process left of that kind is removed first.
    """
    sweep(parent)
    folder = abandoned_name(parent)
    lock = folder.with_name(folder.name + _LOCK)
    descriptor = claim(lock)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        remove_tree(folder)
        lock.unlink(missing_ok=True)
        if descriptor is not None:
            os.close(descriptor)


def abandoned_name(parent: Path) -> Path:
    """A new name below `parent`; a folder of such a name that no process makes is removed by the next command."""
    return parent / f"{_PREFIX}{secrets.token_hex(8)}"


def is_staged(name: str) -> bool:
    """Whether a name below the parent is a folder in the making, or its lock."""
    return name.startswith(_PREFIX)


def sweep(parent: Path) -> None:
    """Removes what killed processes left half made or half removed below `parent`."""
    for name in {name.removesuffix(_LOCK) for name in os.listdir(parent) if is_staged(name)}:  # noqa: PTH208 - names
        lock = parent / (name + _LOCK)
        descriptor = claim(lock)
        if descriptor is None:
            continue
        with suppress(OSError):
            remove_tree(parent / name)
        lock.unlink(missing_ok=True)
        os.close(descriptor)
