"""One lock for the conda and the pip part of an environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from oci_mlflow_builders.disk import space_on
from oci_mlflow_builders.locking.caching import conda_cache, repodata_in
from oci_mlflow_builders.locking.channels import ChannelError, Channels
from oci_mlflow_builders.locking.condarc import CondarcError
from oci_mlflow_builders.locking.credentials import masked
from oci_mlflow_builders.locking.distributions import Distribution, Distributions
from oci_mlflow_builders.locking.pip_part import in_the_name_of, pip_part, uv_for
from oci_mlflow_builders.locking.python_spec import python_spec, series_of
from oci_mlflow_builders.locking.solving import Solving
from oci_mlflow_builders.locking.virtual_packages import glibc_of
from oci_mlflow_builders.uv.complaints import counted
from oci_mlflow_builders.uv.platforms import CONDA
from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedCondaPackage, LockedPython
from oci_mlflow_core.ports.progress_sink import Step

_PYTHON = "python"


def lock_environment(
    request: EnvironmentRequest, workspace: Path, step: Step, environ: Mapping[str, str], *, builder: str
) -> Lock:
    """Chooses every package of the environment for its target: conda's with rattler's solver, pip's with uv.

    Args:
        request: What is wanted.
        workspace: An empty folder.
        step: Is told what goes on.
        environ: Variables that rule it: conda's, rattler's, uv's and pip's own, proxies.
        builder: Who the lock is for.

    Raises:
        UnsolvableEnvironmentError: The requirements cannot be met.
        BuildError: A channel or an index cannot be asked.
        OutOfSpaceError: The disk is full.
    """
    with told_as_build_errors(builder, "lock", workspace):
        channels = Channels.of_request(request, environ)
        cache = conda_cache(environ)
        places = ", ".join(channel.shown for channel in channels.listed)
        step.says(f"choosing conda packages from {places}")
        # rattler writes the URL that it asked beside a channel's metadata: with a credential in it, that is not kept
        secret = any(channel.secrets for channel in channels.listed)
        metadata = repodata_in(workspace if secret else cache)
        solving = Solving(builder=builder, request=request, channels=channels, environ=environ, metadata=metadata)
        conda, remark = _conda_part(solving)
        python = _python_of(conda, request, builder)
        brought: tuple[Distribution, ...] = ()
        if request.pip:
            looking = Distributions(builder=builder, channels=channels, environ=environ, cache=cache / "distributions")
            brought = looking.of(conda)
        uv = uv_for(builder, "lock", workspace / "uv", step, environ)
        with in_the_name_of(builder):
            pip = pip_part(request, python, brought, uv)
    step.done(f"{counted(conda, 'conda package')}, {counted(pip, 'pip package')}, Python {python.version}{remark}")
    return Lock(builder=builder, platform=request.platform, python=python, pip=pip, conda=conda)


def _conda_part(solving: Solving) -> tuple[tuple[LockedCondaPackage, ...], str]:
    """The packages, and what to tell about them: another patch version of Python does where the asked one is not."""
    asked = solving.request.python
    try:
        return solving.packages(python_spec(asked)), ""
    except UnsolvableEnvironmentError as fault:
        series = series_of(asked)
        if series is None or not fault.reason.startswith(f"no '{python_spec(asked)}' is in "):
            raise
    return solving.packages(series), f" ({asked} was asked for, and no channel has it)"


def _python_of(packages: tuple[LockedCondaPackage, ...], request: EnvironmentRequest, builder: str) -> LockedPython:
    found = next((package for package in packages if package.name == _PYTHON), None)
    if found is None:
        raise BuildError(builder=builder, stage="lock", reason="the solver chose no package 'python'")
    return LockedPython(version=found.version, kind=CONDA, glibc=glibc_of(request))


def refuse_other_locks(lock: Lock, builder: str) -> None:
    """Lets a builder of conda packages begin with its own kind of locks only.

    Raises:
        BuildError: The lock's Python is not conda's.
    """
    if lock.python.kind != CONDA:
        reason = f"the lock was made by the {lock.builder} builder, and holds no conda packages"
        raise BuildError(builder=builder, stage="build", reason=reason, hint="Lock again with -C relock=true.")


@contextmanager
def told_as_build_errors(builder: str, stage: str, workspace: Path) -> Iterator[None]:
    """What is wrong with channels, conda's configuration or the disk within the context is told as the builder's."""
    try:
        with space_on(workspace, f"{stage}ing the environment"):
            yield
    except ChannelError as fault:
        raise BuildError(builder=builder, stage=stage, reason=masked(str(fault)), hint=fault.hint) from fault
    except (CondarcError, ValueError) as fault:
        raise BuildError(builder=builder, stage=stage, reason=masked(str(fault))) from fault
