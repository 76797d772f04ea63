"""Symbolic links of a prefix that name it by its whole path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from oci_mlflow_builders.conda_prefix.faults import SettlingError


def settle_links(prefix: Path, links: Mapping[str, str], homes: Iterable[str]) -> None:
    """Makes links into the prefix relative.

    Raises:
        SettlingError: A link leads out of the prefix.
    """
    homes = tuple(homes)
    for name, target in links.items():
        if target.startswith("/"):
            _relink(prefix / name, _relative(name, target, homes))
        elif os.path.normpath(os.path.join(os.path.dirname(name), target)).startswith(".."):  # noqa: PTH118, PTH120
            raise _outside(name, target)


def _relative(name: str, target: str, homes: tuple[str, ...]) -> str:
    for home in homes:
        if target == home or target.startswith(f"{home}/"):
            return os.path.relpath(target, f"{home}/{os.path.dirname(name)}")  # noqa: PTH120 - a text, not a file
    raise _outside(name, target)


def _relink(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


def _outside(name: str, target: str) -> SettlingError:
    return SettlingError(
        f"{name} is a link to {target}, outside of the environment",
        "Let packages be installed with hard links or copies (conda: always_softlink: false).",
    )
