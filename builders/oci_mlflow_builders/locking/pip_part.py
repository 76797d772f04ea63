"""Choosing what pip installs on top of conda's packages, with uv."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from oci_mlflow_builders.locking.distributions import Distribution
from oci_mlflow_builders.locking.stand_ins import constraints
from oci_mlflow_builders.pythons.asked import AskedPython, Fit
from oci_mlflow_builders.pythons.discovery import Survey, found_places
from oci_mlflow_builders.uv.compiling import compile_requirements
from oci_mlflow_builders.uv.program import Uv, find_uv
from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, LockedPython, LockedRequirement
from oci_mlflow_core.ports.progress_sink import Step


def pip_part(
    request: EnvironmentRequest, python: LockedPython, brought: tuple[Distribution, ...], uv: Uv
) -> tuple[LockedRequirement, ...]:
    """The exact versions of everything that conda does not bring.

    Args:
        request: What is wanted.
        python: The Python that conda brings.
        brought: What conda's packages hold.
        uv: In an empty folder.

    Raises:
        UnsolvableEnvironmentError: No versions fit together and to what conda brings.
        BuildError: uv failed otherwise.
    """
    program = python_of_this_machine(python.version, uv.caller)
    provided = list(constraints(brought, request.pip, uv.folder / "brought"))
    try:
        locked = compile_requirements(request, python, program, uv, provided)
    except UnsolvableEnvironmentError as fault:
        fault.hint = fault.hint or _about_conda(brought, " ".join(fault.log_tail))
        raise
    names = {one.name for one in brought}
    return tuple(each for each in locked if each.name not in names)


def _about_conda(brought: tuple[Distribution, ...], chain: str) -> str:
    """What conda brings of what the chain of requirements is about, since pip may not replace that."""
    named = [f"{one.name} {one.version}" for one in brought if re.search(rf"\b{re.escape(one.name)}\b", chain)]
    if not named:
        return ""
    return f"Conda brings {', '.join(named)}, which pip does not replace: ask both for versions that fit."


def python_of_this_machine(version: str, environ: Mapping[str, str]) -> Path:
    """A Python that runs here, for uv to work with: of the same minor version where there is one, else this one."""
    asked = AskedPython.parse(".".join(version.split(".")[:2]))
    places = found_places(environ, asked.minors)
    fitting = (one for one in Survey().interpreters(places) if asked.fit(one.version) is not Fit.NONE)
    found = next(fitting, None)
    return Path(sys.executable) if found is None else found.executable


def uv_for(builder: str, stage: str, folder: Path, step: Step, environ: Mapping[str, str]) -> Uv:
    """uv, working in the folder, which is made.

    Raises:
        BuildError: It is not installed.
    """
    program = find_uv()
    if program is None:
        reason = "the program 'uv' is not installed"
        raise BuildError(builder=builder, stage=stage, reason=reason, hint="Run: pip install uv")
    folder.mkdir(parents=True, exist_ok=True)
    return Uv(program=program, folder=folder, step=step, caller=environ)


@contextmanager
def in_the_name_of(builder: str) -> Iterator[None]:
    """What fails within the context is told as this builder's failure, whose part uv does."""
    try:
        yield
    except BuildError as fault:
        fault.builder = builder
        raise
