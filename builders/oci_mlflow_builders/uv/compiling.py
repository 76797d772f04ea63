"""Choosing versions with ``uv pip compile``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from oci_mlflow_builders.commands import Finished
from oci_mlflow_builders.uv.allowed_hashes import only_allowed
from oci_mlflow_builders.uv.complaints import NAME, counted, failure
from oci_mlflow_builders.uv.locked_text import read_locked
from oci_mlflow_builders.uv.platforms import uv_platform
from oci_mlflow_builders.uv.program import Uv
from oci_mlflow_builders.uv.requirements import (
    WHEELS,
    LocalPathError,
    lay_out_wheels,
    named,
    pins,
    with_shipped_hashes,
    write_lines,
)
from oci_mlflow_builders.uv.sources import BEST_OF_ALL, Sources, UnsetVariableError, sources_of
from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.environment import EnvironmentRequest, LockedPython, LockedRequirement


def compile_requirements(
    request: EnvironmentRequest, python: LockedPython, program: Path, uv: Uv, provided: Iterable[str] = ()
) -> tuple[LockedRequirement, ...]:
    """The exact versions and hashes of everything that the request needs on its platform.

    Args:
        request: What is wanted.
        python: The Python that it is wanted for.
        program: A Python, the same where that can be, which builds what comes as source only; it runs on this machine.
        uv: In an empty folder.
        provided: Constraints about what is in the environment already.

    Raises:
        UnsolvableEnvironmentError: No versions fit together, a package does not exist, or its hashes are not those
            that the request allows.
        BuildError: uv failed otherwise.
    """
    if not request.pip:
        return ()
    uv.step.says(f"choosing versions for {counted(request.pip, 'requirement')}")
    sources = known_sources(request, uv, "lock")
    files = _files(request, sources, uv.folder, provided)
    uv = uv.with_index(sources.environment, sources.secrets)
    arguments = [
        *("pip", "compile", *files),
        *("--python", str(program), "--python-version", python.version),
        *("--python-platform", uv_platform(request.platform, python)),
        *("--generate-hashes", "--no-header", "--no-annotate"),
        *(("--exclude-newer", request.exclude_newer) if request.exclude_newer else ()),
    ]
    finished = uv.run("lock", [*arguments, *sources.flags])
    if not finished.succeeded:
        raise _failure(finished, uv, arguments, sources)
    locked = (with_shipped_hashes(each, request.wheels) for each in _read(finished.output))
    return only_allowed(locked, request)


def _failure(finished: Finished, uv: Uv, arguments: list[str], sources: Sources) -> BuildError:
    """The error; uv names an index that refuses to answer only when it does not compare several."""
    error = failure("lock", finished)
    others = [flag for flag in sources.flags if flag not in BEST_OF_ALL]
    if len(others) < len(sources.flags) and not error.hint:
        again = uv.run("lock", [*arguments, *others], quiet=True)
        error.hint = "" if again.succeeded else failure("lock", again).hint
    return error


def known_sources(request: EnvironmentRequest, uv: Uv, stage: str) -> Sources:
    """Where the request's packages come from, with the model's own wheels laid out in uv's folder.

    Raises:
        BuildError: An index URL needs a variable that is not set.
    """
    wheels = lay_out_wheels(request.wheels, uv.folder / WHEELS)
    try:
        sources = sources_of(request, wheels, uv.caller)
    except UnsetVariableError as fault:
        hint = "Set it in the environment of this command."
        raise BuildError(builder=NAME, stage=stage, reason=str(fault), hint=hint) from fault
    for folder in sources.missing:
        uv.step.says(f"{folder} does not exist and is left out")
    return sources


def _files(request: EnvironmentRequest, sources: Sources, folder: Path, provided: Iterable[str]) -> list[str]:
    """The arguments that name the files of requirements and constraints, which are written into the folder."""
    try:
        requirements = [*sources.lines, *named(request.pip, request.wheels)]
        constraints = [*named(request.constraints, request.wheels), *pins(request.wheels, folder / WHEELS), *provided]
    except LocalPathError as fault:
        hint = "Log the model with the wheel among its code_paths, so that it travels with it."
        raise BuildError(builder=NAME, stage="lock", reason=str(fault), hint=hint) from fault
    arguments = [str(write_lines(folder / "requirements.in", requirements))]
    if constraints:
        arguments += ["-c", str(write_lines(folder / "constraints.txt", constraints))]
    return arguments


def _read(text: str) -> tuple[LockedRequirement, ...]:
    try:
        return read_locked(text)
    except ValueError as fault:
        raise BuildError(builder=NAME, stage="lock", reason=str(fault)) from fault
