"""Laying the pip part of a lock over the conda part, for this machine's kind or another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from oci_mlflow_builders.locking.pip_part import python_of_this_machine, uv_for
from oci_mlflow_builders.rattler.foreign import merge
from oci_mlflow_builders.rattler.refusals import NAME
from oci_mlflow_builders.uv.compiling import known_sources
from oci_mlflow_builders.uv.installing import Aim, Installation
from oci_mlflow_builders.uv.platforms import this_platform
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.ports.progress_sink import Step


@attrs.frozen(kw_only=True)
class PipPart:
    """Installs one lock's pip packages into a prefix that holds its conda packages."""

    request: EnvironmentRequest
    lock: Lock
    environ: Mapping[str, str] = attrs.field(repr=False)
    step: Step

    def into(self, prefix: Path, working: Path) -> Path | None:
        """Installs; `working` is a folder on the same file system that does not exist yet.

        Returns:
            The Python that scripts name, where it is not the prefix's own.

        Raises:
            BuildError: uv failed, or a file's hash is not the lock's.
            OutOfSpaceError: The disk is full.
        """
        if not self.lock.pip:
            return None
        uv = uv_for(NAME, "build", working, self.step, self.environ)
        installation = Installation(self.request, self.lock, uv, known_sources(self.request, uv, "build"))
        minor = ".".join(self.lock.python.version.split(".")[:2])
        if self.lock.platform is this_platform():
            installation.into(Aim(prefix=prefix, python=prefix / "bin" / "python"))
            return None
        aside = working / "aside"
        python = python_of_this_machine(minor, self.environ)
        installation.into(Aim(prefix=aside, python=python, for_version=self.lock.python.version))
        merge(aside, prefix, minor)
        return python
