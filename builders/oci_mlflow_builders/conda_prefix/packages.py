"""What conda notes about the packages of a prefix (``conda-meta/*.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.placeholders import BINARY, TEXT

FOLDER = "conda-meta"


class Package(NamedTuple):
    """One installed package."""

    #: The note's file.
    note: Path
    plain: dict[str, Any]

    @property
    def title(self) -> str:
        """Name and version, for people."""
        return f"{self.plain.get('name')} {self.plain.get('version')}"

    @property
    def stem(self) -> str:
        """Its folder in a cache of packages."""
        return "-".join(str(self.plain.get(part)) for part in ("name", "version", "build"))

    @property
    def paths(self) -> list[dict[str, Any]]:
        """What it says about each of its files."""
        found: list[dict[str, Any]] = (self.plain.get("paths_data") or {}).get("paths") or []
        return found


class Claim(NamedTuple):
    """That a package brought a file."""

    package: Package
    entry: dict[str, Any]

    @property
    def path(self) -> str:
        """Relative to the prefix."""
        return str(self.entry["_path"])

    @property
    def sha256(self) -> str | None:
        """Of the package's own bytes, before any placeholder was replaced; None where it does not say."""
        return self.entry.get("sha256") or None

    @property
    def placeholder(self) -> str | None:
        """What stood for the prefix."""
        return self.entry.get("prefix_placeholder") or None

    @property
    def mode(self) -> str:
        """How the placeholder is replaced."""
        return BINARY if self.entry.get("file_mode") == BINARY else TEXT

    @property
    def made_here(self) -> bool:
        """Whether the file was made when the package was installed: a command, compiled code, a link's copy."""
        return bool(self.entry.get("path_type", "hardlink") != "hardlink")


def packages_of(prefix: Path) -> tuple[Package, ...]:
    """All of them, by the names of their notes.

    Raises:
        SettlingError: There are none, or a note cannot be read.
    """
    notes = sorted((prefix / FOLDER).glob("*.json"))
    if not notes:
        raise SettlingError(f"{prefix} is not an environment that conda made: it has no {FOLDER}/*.json")
    return tuple(Package(note, _read(note)) for note in notes)


def claims_of(packages: Iterable[Package]) -> dict[str, list[Claim]]:
    """Which packages brought a file, by its path."""
    claims: dict[str, list[Claim]] = {}
    for package in packages:
        for entry in package.paths:
            if entry.get("path_type") == "directory":
                continue
            claims.setdefault(str(entry["_path"]), []).append(Claim(package, entry))
    return claims


def _read(note: Path) -> dict[str, Any]:
    try:
        plain = json.loads(note.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise SettlingError(f"{note} is damaged: {fault}") from fault
    if not isinstance(plain, dict) or not plain.get("name"):
        raise SettlingError(f"{note} is not the note of a conda package")
    return plain
