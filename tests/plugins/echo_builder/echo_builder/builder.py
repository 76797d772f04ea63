"""The builder."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from echo_builder.installed import NotInstalledError, closure, files_of, hash_of
from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedPython, LockedRequirement
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.env_builder import EnvBuilder
from oci_mlflow_core.ports.progress_sink import Step

_NAME = "echo"
_PLACEHOLDER = "/where/the/echo/lies"
#: Python takes the folder for a virtual environment, wherever it lies, when it is started by that name.
_PYTHON = """\
#!/usr/bin/env bash
exec -a "$(cd "$(dirname "$0")" && pwd -P)/python" '{base}' "$@"
"""
_UNPACK = """\
import pathlib

prefix = pathlib.Path(__file__).resolve().parent.parent
activate = prefix / "bin" / "activate"
activate.write_text(activate.read_text().replace({placeholder!r}, str(prefix)))
"""


class EchoBuilder(EnvBuilder):
    """Copies installed distributions; the environments run where the running Python is."""

    def lock(self, request: EnvironmentRequest, workspace: Path, step: Step) -> Lock:
        """Takes the versions that are installed."""
        if request.pip_options.index_url:
            host = urlsplit(request.pip_options.index_url).hostname
            raise BuildError(_NAME, "lock", f"the index at {host} is not asked: only what is installed is copied")
        if not _is_running(request.python):
            raise UnsolvableEnvironmentError(
                _NAME, "lock", f"Python {platform.python_version()} runs here, not {request.python}"
            )
        try:
            found = closure(request.pip)
        except NotInstalledError as fault:
            raise UnsolvableEnvironmentError(_NAME, "lock", str(fault)) from fault
        step.done(f"{len(found)} packages")
        return Lock(
            builder=_NAME,
            platform=request.platform,
            python=LockedPython(version=platform.python_version(), kind="copied"),
            pip=tuple(
                LockedRequirement(name=name, version=installed.version, hashes=(hash_of(installed),))
                for name, installed in sorted(found.items())
            ),
        )

    def build(
        self,
        request: EnvironmentRequest,
        lock: Lock,
        workspace: Path,
        step: Step,
    ) -> BuiltPrefix:
        """Lays out a virtual environment whose location is nowhere in it."""
        prefix = workspace / "echo"
        site_packages = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
        base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
        _write(prefix, "pyvenv.cfg", f"home = {base.parent}\ninclude-system-site-packages = false\n".encode())
        _write(prefix, "bin/python", _PYTHON.format(base=base).encode()).chmod(0o755)
        _write(prefix, "bin/activate", f"PATH='{_PLACEHOLDER}/bin':$PATH\n".encode())
        _write(prefix, "bin/conda-unpack", _UNPACK.format(placeholder=_PLACEHOLDER).encode())
        for locked in lock.pip:
            step.says(f"copying {locked.name}")
            _copy(locked, prefix, site_packages)
        return BuiltPrefix(path=prefix, lock=lock)


def _is_running(asked: str) -> bool:
    try:
        return SpecifierSet(asked).contains(platform.python_version(), prereleases=True)
    except InvalidSpecifier:
        return asked == platform.python_version()


def _copy(locked: LockedRequirement, prefix: Path, site_packages: str) -> None:
    try:
        installed = distribution(locked.name)
    except PackageNotFoundError as fault:
        raise BuildError(_NAME, "build", f"{locked.name} is not installed any more") from fault
    if hash_of(installed) not in locked.hashes:
        raise BuildError(_NAME, "build", f"{locked.name} {installed.version} is not what was locked")
    for name, content in files_of(installed):
        _write(prefix, f"{site_packages}/{name}", content)


def _write(prefix: Path, name: str, content: bytes) -> Path:
    path = prefix / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
