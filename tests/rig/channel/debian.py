"""A Python for linux-aarch64 from Debian's packages, got and unpacked without any change to this system."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

#: Everything of the standard library but its tests and Tk, with the shared libraries that it needs.
_WANTED = ("python3-minimal", "libpython3-stdlib")
_CONFIGURATION = """\
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "";
Acquire::Languages "none";
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
"""


class DebianError(Exception):
    """Debian's packages for the other platform cannot be had here."""


def unpack_debian_python(into: Path, scratch: Path, architecture: str = "arm64") -> None:
    """Unpacks Debian's Python for the architecture into the folder.

    apt works in a folder of its own, with the sources of this machine: nothing is installed, and no root is needed.

    Raises:
        DebianError: This is no Debian, or its mirrors do not have the architecture.
    """
    missing = [program for program in ("apt-get", "dpkg-deb") if shutil.which(program) is None]
    if missing:
        raise DebianError(f"the program '{missing[0]}' is not on this machine")
    configuration = _configure(scratch / "apt", architecture)
    _run(["apt-get", "update", "-qq"], configuration)
    download = ["apt-get", "install", "-qq", "-y", "--download-only", "--no-install-recommends"]
    _run([*download, *_WANTED], configuration)
    _unpack(sorted((scratch / "apt" / "cache" / "archives").glob("*.deb")), into)


def _configure(folder: Path, architecture: str) -> Path:
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    configuration = folder / "apt.conf"
    configuration.write_text(_CONFIGURATION.format(architecture=architecture, folder=folder), encoding="utf-8")
    return configuration


def _unpack(archives: Iterable[Path], into: Path) -> None:
    into.mkdir(parents=True)
    for archive in archives:
        _run(["dpkg-deb", "--extract", str(archive), str(into)])


def _run(command: list[str], configuration: Path | None = None) -> None:
    added = {} if configuration is None else {"APT_CONFIG": str(configuration)}
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", **added}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise DebianError(f"{command[0]} failed: {done.stderr.strip()[-300:]}")
