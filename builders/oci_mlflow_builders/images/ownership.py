"""Which package each file of an environment is of."""

from __future__ import annotations

import csv
import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs
from packaging.utils import canonicalize_name

from oci_mlflow_builders.conda_prefix.distributions import own_distributions
from oci_mlflow_builders.conda_prefix.packages import FOLDER, Package, claims_of, packages_of

CONDA, PIP = "conda", "pip"
_PYTHON = "python"


@attrs.frozen(order=True)
class Owner:
    """A package of an environment."""

    #: `CONDA` or `PIP`; in that order.
    kind: str
    name: str
    version: str

    @property
    def is_python(self) -> bool:
        """Whether it is the interpreter."""
        return self.kind == CONDA and self.name == _PYTHON


def owners_in(prefix: Path) -> dict[str, Owner]:
    """The owner of each file that has one, by its path relative to the prefix.

    Raises:
        SettlingError: A note of a conda package is damaged.
    """
    packages = packages_of(prefix) if any((prefix / FOLDER).glob("*.json")) else ()
    claims = claims_of(packages)
    owners = {path: _of_conda(claimed[0].package) for path, claimed in claims.items()}
    owners.update({f"{FOLDER}/{package.note.name}": _of_conda(package) for package in packages})
    for folder in own_distributions(prefix, claims):
        name, _, version = posixpath.basename(folder).removesuffix(".dist-info").partition("-")
        owner = Owner(PIP, canonicalize_name(name), version)
        owners.update((path, owner) for path in _files_of(prefix, folder) if path not in owners)
    return owners


def _of_conda(package: Package) -> Owner:
    return Owner(CONDA, str(package.plain.get("name")), str(package.plain.get("version")))


def _files_of(prefix: Path, folder: str) -> Iterator[str]:
    """What the distribution lists, and all of its own folder."""
    record = prefix / folder / "RECORD"
    if record.is_file():
        with record.open(encoding="utf-8", newline="") as stream:
            yield from _listed(posixpath.dirname(folder), csv.reader(stream))
    yield from (path.relative_to(prefix).as_posix() for path in sorted((prefix / folder).rglob("*")))


def _listed(site_packages: str, rows: Iterable[list[str]]) -> Iterator[str]:
    for row in rows:
        if row:
            yield posixpath.normpath(posixpath.join(site_packages, row[0]))
