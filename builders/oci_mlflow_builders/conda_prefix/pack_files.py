"""The files that fit a prefix to the folder that it was unpacked to: ``bin/activate`` and ``bin/conda-unpack``."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from pathlib import Path

from oci_mlflow_builders.conda_prefix.placeholders import OWN, Placed

ACTIVATE = "bin/activate"
UNPACK = "bin/conda-unpack"


def write_pack_files(prefix: Path, placed: Iterable[Placed], *, activate: bool = True) -> None:
    """Writes them.

    Args:
        prefix: The environment.
        placed: Its files that hold a placeholder.
        activate: Whether ``bin/activate`` is written, too.
    """
    files = sorted(placed)
    if activate:
        files = sorted([*files, Placed(ACTIVATE, OWN)])
        _write(prefix / ACTIVATE, _template("activate.in").replace("@PLACEHOLDER@", OWN), 0o644)
    placeholders = sorted({file.placeholder for file in files})
    listing = [f"    ({file.mode!r}, {placeholders.index(file.placeholder)}, {file.path!r})," for file in files]
    texts = [f"    {placeholder!r}," for placeholder in placeholders]
    script = _template("conda-unpack.in").replace("@PLACEHOLDERS@", _tuple(texts)).replace("@FILES@", _tuple(listing))
    _write(prefix / UNPACK, script, 0o755)


def _tuple(lines: list[str]) -> str:
    return "\n".join(["(", *lines, ")"]) if lines else "()"


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(exist_ok=True)
    if path.is_symlink() or path.exists():
        path.unlink()  # it may be a link to a cache
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def _template(name: str) -> str:
    data = pkgutil.get_data(__package__ or "", f"templates/{name}")
    if data is None:
        raise FileNotFoundError(name)
    return data.decode()
