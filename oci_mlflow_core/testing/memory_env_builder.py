"""An environment builder whose index is a mapping and whose Python is the running one."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedPython, LockedRequirement
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.env_builder import EnvBuilder
from oci_mlflow_core.ports.progress_sink import Step

_NAME = "memory"
_PLACEHOLDER = "/where/the/pack/lies"
#: Runs the Python of this machine on the packages beside it.
_PYTHON = """\
#!/bin/sh
PYTHONPATH="$(dirname "$(readlink -f "$0")")/../lib" exec '{executable}' "$@"
"""
_UNPACK = """\
import pathlib

prefix = pathlib.Path(__file__).resolve().parent.parent
activate = prefix / "bin" / "activate"
activate.write_text(activate.read_text().replace({placeholder!r}, str(prefix)))
"""


class MemoryEnvBuilder(EnvBuilder):
    """Makes environments of one-module packages in milliseconds; they run on the machine that made them.

    Args:
        index: Source text of the module, by version, by name of the package.
    """

    def __init__(self, index: Mapping[str, Mapping[str, str]]) -> None:
        self._index: dict[str, dict[str, str]] = {canonicalize_name(name): dict(index[name]) for name in index}
        #: How often each method was called.
        self.locked = 0
        self.built = 0

    def lock(self, request: EnvironmentRequest, workspace: Path, step: Step) -> Lock:  # noqa: ARG002 - needs no room
        """Takes the newest version of each package."""
        self.locked += 1
        if request.conda:
            needed = ", ".join(request.conda)
            raise UnsolvableEnvironmentError(
                builder=_NAME, stage="lock", reason=f"there is no conda here, for {needed}"
            )
        if request.pip_options.index_url:
            host = urlsplit(request.pip_options.index_url).hostname
            raise BuildError(builder=_NAME, stage="lock", reason=f"the index at {host} is not the one in memory")
        packages = tuple(sorted(self._newest(Requirement(text)) for text in request.pip))
        step.done(f"{len(packages)} packages")
        python = LockedPython(version=platform.python_version(), kind="copied")
        return Lock(builder=_NAME, platform=request.platform, python=python, pip=packages)

    def build(self, request: EnvironmentRequest, lock: Lock, workspace: Path, step: Step) -> BuiltPrefix:  # noqa: ARG002 - the index is in memory
        """Writes the modules, a ``bin/python`` that finds them, and the files that make it a pack."""
        self.built += 1
        prefix = workspace / "prefix"
        step.says(f"writing {len(lock.pip)} packages")
        modules = {f"lib/{locked.name.replace('-', '_')}.py": self._source(locked) for locked in lock.pip}
        files = {
            **modules,
            "bin/activate": f"PATH='{_PLACEHOLDER}/bin':$PATH\n",
            "bin/conda-unpack": _UNPACK.format(placeholder=_PLACEHOLDER),
            "bin/python": _PYTHON.format(executable=sys.executable),
        }
        for name, text in files.items():
            path = prefix / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (prefix / "bin" / "python").chmod(0o755)
        return BuiltPrefix(path=prefix, lock=lock)

    def _newest(self, requirement: Requirement) -> LockedRequirement:
        name = canonicalize_name(requirement.name)
        fitting = list(requirement.specifier.filter(self._index.get(name, {})))
        if not fitting:
            raise UnsolvableEnvironmentError(builder=_NAME, stage="lock", reason=f"nothing in memory is {requirement}")
        version = max(fitting, key=Version)
        return LockedRequirement(name=name, version=version, hashes=(_hash(self._index[name][version]),))

    def _source(self, locked: LockedRequirement) -> str:
        source = self._index.get(locked.name, {}).get(locked.version)
        if source is None or _hash(source) not in locked.hashes:
            reason = f"{locked.name} {locked.version} is not what was locked"
            raise BuildError(builder=_NAME, stage="build", reason=reason)
        return source


def _hash(source: str) -> str:
    return f"sha256:{hashlib.sha256(source.encode()).hexdigest()}"
