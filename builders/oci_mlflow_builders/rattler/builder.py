"""From conda and pip requirements to a relocatable environment, without conda and without a container."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.settling import settle
from oci_mlflow_builders.locking.caching import conda_cache, packages_in
from oci_mlflow_builders.locking.channels import Channels
from oci_mlflow_builders.locking.environment import lock_environment, refuse_other_locks, told_as_build_errors
from oci_mlflow_builders.locking.pip_part import in_the_name_of
from oci_mlflow_builders.rattler.installing import CondaInstallation
from oci_mlflow_builders.rattler.pip_part import PipPart
from oci_mlflow_builders.rattler.refusals import NAME, refuses
from oci_mlflow_builders.uv.complaints import counted
from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.env_builder import EnvBuilder
from oci_mlflow_core.ports.progress_sink import Step


class RattlerBuilder(EnvBuilder):
    """Builds environments of conda and pip packages for Linux, from any machine; runs no program of another kind of it.

    Args:
        environment: Variables that rule it (``CONDA_…``, ``UV_…``, ``PIP_…``, proxies); by default those of the
            process. rattler itself looks for credentials and certificates in those of the process alone.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(os.environ if environment is None else environment)

    def lock(self, request: EnvironmentRequest, workspace: Path, step: Step) -> Lock:
        """Chooses every package for the target's platform; see `EnvBuilder`."""
        refusal = refuses(request)
        if refusal is not None:
            raise UnsolvableEnvironmentError(builder=NAME, stage="lock", reason=refusal)
        return lock_environment(request, workspace, step, self._environment, builder=NAME)

    def build(self, request: EnvironmentRequest, lock: Lock, workspace: Path, step: Step) -> BuiltPrefix:
        """Lays the locked environment out in ``workspace/prefix``; see `EnvBuilder`."""
        refuse_other_locks(lock, NAME)
        # What rattler is told is written into files as it stands.
        workspace = workspace.absolute()
        prefix = workspace / "prefix"
        cache = conda_cache(self._environment)
        with told_as_build_errors(NAME, "build", workspace), in_the_name_of(NAME):
            conda = CondaInstallation(
                lock=lock,
                channels=Channels.of_request(request, self._environment),
                environ=self._environment,
                cache=cache,
                step=step,
            )
            conda.into(prefix)
            pip = PipPart(request=request, lock=lock, environ=self._environment, step=step)
            foreign = pip.into(prefix, workspace / "uv")
            _settle(prefix, lock, packages_in(cache), foreign)
        installed = f"{counted(lock.conda, 'conda package')} and {counted(lock.pip, 'pip package')} installed"
        step.done(installed + _left_out(prefix))
        return BuiltPrefix(path=prefix, lock=lock)


def _left_out(prefix: Path) -> str:
    """Names the packages that wanted to run something when they were installed, which may matter to the model."""
    scripts = sorted(prefix.glob("bin/.*-post-link.sh"))
    names = [script.name.removeprefix(".").removesuffix("-post-link.sh") for script in scripts]
    return f"; not run: the post-link scripts of {', '.join(names)}" if names else ""


def _settle(prefix: Path, lock: Lock, cache: Path, foreign: Path | None) -> None:
    """Makes the prefix independent of its place.

    Raises:
        BuildError: What is in it cannot be trusted, or cannot be made so.
    """
    channels = {package.filename: package.channel for package in lock.conda}
    try:
        settle(prefix, package_caches=[cache], channels=channels, installed_by=[foreign] if foreign else [])
    except SettlingError as fault:
        raise BuildError(builder=NAME, stage="build", reason=str(fault), hint=fault.hint) from fault
