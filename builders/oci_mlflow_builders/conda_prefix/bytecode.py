"""Compiled Python code that depends on when and where it was compiled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from oci_mlflow_builders.conda_prefix.files import mentions

_CACHE = "__pycache__"
#: Where a ``.pyc`` file says how it is checked (PEP 552), and the bit that says "by a hash or not at all".
_FLAGS, _BY_HASH = 4, 1


def stale_bytecode(prefix: Path, names: Iterable[str], homes: Iterable[bytes]) -> Iterator[str]:
    """Those compiled files in ``__pycache__`` that a pack cannot use.

    They are the ones that are valid for a time of their source, since a pack gives all files one time, and those that
    hold the folder that they were compiled in. Python compiles again what it needs.
    """
    homes = tuple(homes)
    compiled = (name for name in names if name.endswith(".pyc") and f"/{_CACHE}/" in f"/{name}")
    for name in compiled:
        if not _checked_by_hash(prefix / name) or mentions(f"{prefix}/{name}", homes):
            yield name


def _checked_by_hash(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_FLAGS + 1)
    return len(head) > _FLAGS and bool(head[_FLAGS] & _BY_HASH)


def drop(prefix: Path, names: Iterable[str]) -> None:
    """Removes the files, and the folders that they leave empty."""
    folders = set()
    for name in names:
        (prefix / name).unlink()
        folders.add((prefix / name).parent)
    for folder in folders:
        if not any(folder.iterdir()):
            folder.rmdir()
