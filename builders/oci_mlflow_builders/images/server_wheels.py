"""The packages that the server needs, laid into a folder beside the model's environment, for its Python."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_builders.disk import space_on
from oci_mlflow_builders.redaction import redact
from oci_mlflow_builders.uv.platforms import uv_platform
from oci_mlflow_builders.uv.program import Uv, find_uv
from oci_mlflow_builders.uv.sources import UnsetVariableError, sources_of
from oci_mlflow_core.errors import ImageBuildError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.ports.progress_sink import Step

#: What installers write down for themselves, and programs whose first line names the Python of this machine.
_LEFT_OUT = ("bin", ".lock", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED")
_ALSO = ("*.dist-info/uv_cache.json", "*.dist-info/uv_build.json", "*.dist-info/direct_url.json")
_TAIL = 20


def lay_wheels(  # noqa: PLR0913, PLR0917 - all of what says which files they are
    builder: str,
    requirements: tuple[str, ...],
    request: EnvironmentRequest,
    lock: Lock,
    to: Path,
    step: Step,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Lays the wheels of the requirements out in the new folder `to`; they fit the Python and platform of the lock.

    Raises:
        ImageBuildError: They cannot be had.
        OutOfSpaceError: The disk is full.
    """
    if not requirements:
        return
    program = find_uv()
    if program is None:
        raise ImageBuildError(builder, "the program 'uv' is not installed", hint="Run: pip install uv")
    working = to.parent / f"{to.name}-requirements"
    with space_on(to.parent, "fetching the server's packages"):
        working.mkdir()
        try:
            sources = sources_of(request, None, environ)
        except UnsetVariableError as fault:
            raise ImageBuildError(builder, str(fault)) from fault
        listed = working / "requirements.txt"
        listed.write_text("".join(f"{line}\n" for line in (*sources.lines, *requirements)), encoding="utf-8")
        uv = Uv(program=program, folder=working, step=step, caller=environ)
        finished = uv.with_index(sources.environment, sources.secrets).run(
            "build",
            [
                *("pip", "install", "-r", str(listed), "--target", str(to), "--python", sys.executable),
                *(
                    "--python-version",
                    lock.python.version,
                    "--python-platform",
                    uv_platform(lock.platform, lock.python),
                ),
                *("--no-deps", "--only-binary", ":all:", "--no-compile-bytecode", "--link-mode", "copy"),
                *sources.flags,
            ],
        )
        if not finished.succeeded:
            raise ImageBuildError(
                builder,
                "the server's packages cannot be fetched",
                tuple(redact(line, sources.secrets) for line in finished.tail[-_TAIL:]),
                hint="They are taken from where the model's packages are taken from; let that index have them, too.",
            )
        _tidy(to)


def _tidy(folder: Path) -> None:
    for pattern in (*_LEFT_OUT, *_ALSO):
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
