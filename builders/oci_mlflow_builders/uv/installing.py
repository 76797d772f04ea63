"""Installing exactly what a lock says, and making the result independent of where and how it was installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import attrs

from oci_mlflow_builders.growth import growth_told
from oci_mlflow_builders.redaction import redact
from oci_mlflow_builders.uv.complaints import counted, failure
from oci_mlflow_builders.uv.overlaps import Overlap, overlaps
from oci_mlflow_builders.uv.platforms import uv_platform
from oci_mlflow_builders.uv.program import Uv
from oci_mlflow_builders.uv.records import InstalledDistribution, installed_in, replacing
from oci_mlflow_builders.uv.requirements import WHEELS, hashed_and_not, pinned, write_lines
from oci_mlflow_builders.uv.scripts import make_relocatable
from oci_mlflow_builders.uv.sources import Sources
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedRequirement

#: Notes of the installer about its own cache, and about when something was built.
_INSTALLER_NOTES = ("uv_cache.json", "uv_build.json")


@attrs.frozen(kw_only=True)
class Aim:
    """Where packages are installed to, and the Python that says how."""

    prefix: Path
    #: Runs on this machine: the prefix's own, or another one where the prefix is for another kind of machine.
    python: Path
    #: Where the Python is another one: the version that packages are installed for.
    for_version: str = ""

    @property
    def distributions(self) -> tuple[InstalledDistribution, ...]:
        """What is installed there."""
        found = self.prefix.glob("lib/python3.*/site-packages")
        return tuple(one for folder in sorted(found) for one in installed_in(folder))

    @property
    def interpreter(self) -> list[str]:
        """What tells uv of the Python."""
        version = ["--python-version", self.for_version] if self.for_version else []
        return ["--python", str(self.python), *version]

    @property
    def options(self) -> list[str]:
        """What tells uv of the Python and of the prefix."""
        return [*self.interpreter, *(["--prefix", str(self.prefix)] if self.for_version else [])]


class Installation:
    """Installs the packages of one lock into one prefix."""

    def __init__(self, request: EnvironmentRequest, lock: Lock, uv: Uv, sources: Sources) -> None:
        self._request, self._lock, self._sources = request, lock, sources
        self._uv = uv.with_index(sources.environment, sources.secrets)

    def into(self, aim: Aim) -> tuple[InstalledDistribution, ...]:
        """Installs.

        Returns:
            What is installed now.

        Raises:
            BuildError: uv failed, or a file's hash is not the lock's.
            OutOfSpaceError: The disk is full.
        """
        hashed, unhashed = hashed_and_not(self._lock)
        self._uv.step.says(f"installing {counted(self._lock.pip, 'package')}")
        with growth_told(aim.prefix, self._uv.step):
            self._install(hashed, [*aim.options, "--require-hashes"])
            self._install(unhashed, [*aim.options, "--no-verify-hashes"])
        wanted = {locked.name for locked in self._lock.pip}
        distributions = [one for one in aim.distributions if one.name in wanted]
        for overlap in overlaps(distributions):
            self._put_right(overlap, aim)
        return tuple(distributions)

    def _install(self, wanted: Iterable[LockedRequirement], options: list[str]) -> None:
        lines = [pinned(locked, self._request, self._uv.folder / WHEELS) for locked in wanted]
        if not lines:
            return
        requirements = write_lines(self._uv.folder / "requirements.txt", [*self._sources.lines, *lines])
        # Links to the cache are safe: whatever is changed below is written as a new file.
        finished = self._uv.run(
            "build",
            [
                *("pip", "install", "-r", str(requirements), "--no-deps", "--link-mode", "hardlink"),
                *("--python-platform", uv_platform(self._lock.platform, self._lock.python)),
                *("--no-compile-bytecode", "--break-system-packages"),
                *options,
                *self._sources.flags,
            ],
        )
        if not finished.succeeded:
            raise failure("build", finished)

    def _put_right(self, overlap: Overlap, aim: Aim) -> None:
        """Brings the winner's own bytes, from an installation of it alone."""
        alone = self._uv.folder / "alone" / overlap.winner.name
        if not alone.exists():
            winner = [locked for locked in self._lock.pip if locked.name == overlap.winner.name]
            checks = "--require-hashes" if winner[0].hashes else "--no-verify-hashes"
            self._install(winner, [*aim.interpreter, "--target", str(alone), checks])
        shutil.copyfile(alone / overlap.entry, replacing(overlap.path))


def tidy(prefix: Path, distributions: tuple[InstalledDistribution, ...]) -> None:
    """Takes out what depends on where and how these were installed."""
    for distribution in distributions:
        _drop_notes(distribution)
    rewritten = make_relocatable(prefix)
    for distribution in distributions:
        for entry in list(distribution.entries):
            path = distribution.path_of(entry)
            if path in rewritten or path.parent == distribution.folder or not path.exists():
                _refresh(distribution, entry)
        distribution.save()


def _refresh(distribution: InstalledDistribution, entry: str) -> None:
    # The list itself has no hash.
    if not entry.endswith(".dist-info/RECORD"):
        distribution.refresh(entry)


def _drop_notes(distribution: InstalledDistribution) -> None:
    for name in _INSTALLER_NOTES:
        (distribution.folder / name).unlink(missing_ok=True)
    origin = distribution.folder / "direct_url.json"
    if not origin.is_file():
        return
    plain = json.loads(origin.read_text(encoding="utf-8"))
    if str(plain.get("url", "")).startswith("file:"):
        origin.unlink()
    else:
        replacing(origin).write_text(redact(json.dumps(plain, sort_keys=True)), encoding="utf-8")
