"""From conda and pip requirements to a relocatable environment, with the conda of this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_builders.conda.archives import Downloads, explicit_file
from oci_mlflow_builders.conda.command import NAME, Shield, create
from oci_mlflow_builders.conda.program import Conda, NoCondaError, find_conda, identify
from oci_mlflow_builders.conda.refusals import refuses
from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.settling import settle
from oci_mlflow_builders.locking.environment import lock_environment, refuse_other_locks, told_as_build_errors
from oci_mlflow_builders.locking.pip_part import in_the_name_of, uv_for
from oci_mlflow_builders.uv.compiling import known_sources
from oci_mlflow_builders.uv.complaints import counted
from oci_mlflow_builders.uv.installing import Aim, Installation
from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.env_builder import EnvBuilder
from oci_mlflow_core.ports.progress_sink import Step


class CondaBuilder(EnvBuilder):
    """Builds environments with a conda, mamba or micromamba that is installed here; uv lays the pip part.

    Args:
        environment: Variables that rule it (``OCI_MLFLOW_CONDA``, ``CONDA_EXE``, ``PATH``, those of conda's channels
            and of pip, proxies); by default those of the process.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(os.environ if environment is None else environment)

    def lock(self, request: EnvironmentRequest, workspace: Path, step: Step) -> Lock:
        """Chooses every version; see `EnvBuilder`. The solver is rattler's, so that all builders choose the same."""
        refusal = refuses(request)
        if refusal is not None:
            raise UnsolvableEnvironmentError(builder=NAME, stage="lock", reason=refusal)
        return lock_environment(request, workspace, step, self._environment, builder=NAME)

    def build(self, request: EnvironmentRequest, lock: Lock, workspace: Path, step: Step) -> BuiltPrefix:
        """Lays the locked environment out in ``workspace/prefix``; see `EnvBuilder`."""
        refuse_other_locks(lock, NAME)
        workspace = workspace.absolute()
        prefix, packages, working = (workspace / name for name in ("prefix", "packages", "conda"))
        with told_as_build_errors(NAME, "build", workspace), in_the_name_of(NAME):
            packages.mkdir()
            shield = Shield(folder=working, caller=self._environment)
            conda = self._conda(shield)
            archives = Downloads(builder=NAME, environ=self._environment).into(packages, request, lock, step)
            explicit = working / "explicit.txt"
            explicit.write_text(explicit_file(archives, packages), encoding="utf-8")
            create(conda, prefix, explicit, shield, step)
            self._pip_part(request, lock, prefix, workspace / "uv", step)
            try:
                settle(prefix, package_caches=[shield.packages], channels=channels_of(lock))
            except SettlingError as fault:
                raise BuildError(builder=NAME, stage="build", reason=fault.reason, hint=fault.hint) from fault
        step.done(
            f"{counted(lock.conda, 'conda package')} and {counted(lock.pip, 'pip package')} installed with {conda}"
        )
        return BuiltPrefix(path=prefix, lock=lock)

    def _conda(self, shield: Shield) -> Conda:
        try:
            return identify(find_conda(self._environment), shield.environment(), shield.folder)
        except NoCondaError as fault:
            hint = (
                "Install conda, mamba or micromamba, let OCI_MLFLOW_CONDA name one, or build with -C builder=rattler."
            )
            raise BuildError(builder=NAME, stage="build", reason=str(fault), hint=hint) from fault

    def _pip_part(self, request: EnvironmentRequest, lock: Lock, prefix: Path, working: Path, step: Step) -> None:
        if not lock.pip:
            return
        uv = uv_for(NAME, "build", working, step, self._environment)
        installation = Installation(request, lock, uv, known_sources(request, uv, "build"))
        installation.into(Aim(prefix=prefix, python=prefix / "bin" / "python"))


def channels_of(lock: Lock) -> dict[str, str]:
    """The channel of each package by the name of its file, for the notes that conda keeps."""
    return {package.filename: package.channel for package in lock.conda}
