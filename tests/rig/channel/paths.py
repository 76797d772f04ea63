"""What a package says about its files (``info/paths.json``).

Source: the conda package specification, as conda-build writes it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rig.channel.recipes import Recipe


def listed_paths(recipe: Recipe) -> list[dict[str, Any]]:
    """The entries, sorted by path; files that hold the recipe's placeholder are marked."""
    return [_entry(path, recipe) for path in files_below(recipe.root)]


def files_below(root: Path) -> list[Path]:
    """Files and links, sorted by their names as text."""
    return sorted(_walk(root), key=lambda path: path.relative_to(root).as_posix())


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        yield from (Path(folder, name) for name in (*names, *links))


def _entry(path: Path, recipe: Recipe) -> dict[str, Any]:
    data = path.read_bytes() if path.is_file() else b""
    entry: dict[str, Any] = {
        "_path": path.relative_to(recipe.root).as_posix(),
        "path_type": "softlink" if path.is_symlink() else "hardlink",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_in_bytes": len(data),
    }
    if not path.is_symlink() and recipe.placeholder.encode() in data:
        entry["prefix_placeholder"] = recipe.placeholder
        entry["file_mode"] = "binary" if b"\0" in data else "text"
    return entry
