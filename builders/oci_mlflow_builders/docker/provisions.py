"""Everything that goes into a container: packages, lists of what to install, settings, and the script that does it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path, PurePosixPath

import attrs

from oci_mlflow_builders.conda.archives import Archive, explicit_file
from oci_mlflow_builders.conda.builder import channels_of
from oci_mlflow_builders.conda_prefix.archive import as_archive
from oci_mlflow_builders.docker.files_at_hand import files_at_hand, has_wheel
from oci_mlflow_builders.docker.inputs import Input
from oci_mlflow_builders.docker.names import HOME, PACKAGES, WHEELS
from oci_mlflow_builders.docker.pip_sources import PipSources
from oci_mlflow_builders.docker.shell import CERTIFICATES, variables_file
from oci_mlflow_builders.uv.requirements import hashed_and_not, pinned
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedRequirement

SCRIPT = HOME / "build.sh"
#: What the tool and pip write to, besides the prefix.
FOLDERS = (HOME / "home", HOME / "pkgs", HOME / "root")
#: glibc of the service's images, where the lock does not say what the target has.
_GLIBC = "2.28"


@attrs.frozen(kw_only=True)
class Provisions:
    """What one build needs."""

    request: EnvironmentRequest
    lock: Lock
    sources: PipSources
    at_hand: Mapping[str, tuple[Path, ...]]

    @classmethod
    def gather(cls, request: EnvironmentRequest, lock: Lock, sources: PipSources) -> Provisions:
        """Looks for what lies on this machine."""
        at_hand = files_at_hand(lock.pip, request.wheels, sources.local_links, sources.local_indexes)
        return cls(request=request, lock=lock, sources=sources, at_hand=at_hand)

    @property
    def offline(self) -> bool:
        """Whether nothing has to be downloaded in the container."""
        return all(has_wheel(self.at_hand.get(one.name, ())) for one in self.lock.pip)

    def inputs(self, archives: tuple[Archive, ...], packages: Path) -> Iterator[Input]:
        """The files; `packages` is the folder that the archives lie in."""
        for archive in archives:
            yield Input(PACKAGES / PurePosixPath(archive.path), packages / archive.path)
        for file in {file.name: file for files_ in self.at_hand.values() for file in files_}.values():
            yield Input(WHEELS / file.name, file)
        for path, text in self._texts(archives):
            yield Input(HOME / path, text.encode())
        yield Input(HOME / "settle.pyz", as_archive())
        yield Input(HOME / "variables.sh", variables_file(self.sources, offline=self.offline))
        if self.sources.certificates is not None and not self.offline:
            yield Input(CERTIFICATES, self.sources.certificates)

    def _texts(self, archives: tuple[Archive, ...]) -> Iterator[tuple[str, str]]:
        hashed, unhashed = hashed_and_not(self.lock)
        templates = files("oci_mlflow_builders.docker") / "templates"
        limit = (self.lock.python.glibc or self.request.glibc or _GLIBC).split(".")
        yield "build.sh", (templates / "build.sh").read_text(encoding="utf-8")
        yield "explicit.txt", explicit_file(archives, PACKAGES)
        yield "requirements.txt", self._requirements(hashed)
        yield "repositories.txt", self._requirements(unhashed)
        yield "channels.json", json.dumps(channels_of(self.lock))
        yield "home/.netrc", "".join(f"{line}\n" for line in self.sources.logins)
        written = (templates / "_manylinux.in").read_text(encoding="utf-8")
        yield "limits/_manylinux.py", written.replace("@LIMIT@", f"({int(limit[0])}, {int(limit[1])})")

    def _requirements(self, locked: list[LockedRequirement]) -> str:
        """Options and exact requirements; empty where there are none."""
        if not locked:
            return ""
        links = [f"--find-links {WHEELS}"] if self.at_hand else []
        wanted = (pinned(one, self.request, Path(WHEELS)) for one in locked)
        return "".join(f"{line}\n" for line in (*self.sources.lines(offline=self.offline), *links, *wanted))
