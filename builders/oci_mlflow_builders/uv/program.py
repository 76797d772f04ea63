"""The ``uv`` program and how it is run."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from oci_mlflow_builders.commands import Finished, run
from oci_mlflow_builders.disk import tells_of_full_disk
from oci_mlflow_core.errors import OutOfSpaceError
from oci_mlflow_core.ports.progress_sink import Step

#: Would point uv at another environment, or change what one lock installs.
_DROPPED = re.compile(
    r"VIRTUAL_ENV|CONDA_PREFIX|PYTHON(PATH|HOME|STARTUP|USERBASE)|PIP_.*"
    r"|UV_(PYTHON|SYSTEM_PYTHON|COMPILE_BYTECODE|LINK_MODE|PYTHON_PLATFORM|OUTPUT_FORMAT|NO_VERIFY_HASHES|RESOLUTION)"
)
_DOING = {"lock": "locking the environment", "build": "building the environment"}


def find_uv() -> Path | None:
    """The program that came with the wheel, or one on PATH, or None."""
    try:
        from uv import find_uv_bin  # noqa: PLC0415 - only when a builder is chosen

        return Path(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    return None if found is None else Path(found)


def environment_for_uv(environment: Mapping[str, str]) -> dict[str, str]:
    """The caller's variables (proxies, certificates, uv's own settings) without those that would mislead uv."""
    return {name: value for name, value in environment.items() if not _DROPPED.fullmatch(name)}


@attrs.frozen(kw_only=True)
class Uv:
    """uv, ready to be run in one folder."""

    program: Path
    folder: Path
    step: Step
    #: All variables of the command that uv works for.
    caller: Mapping[str, str] = attrs.field(factory=lambda: dict(os.environ), repr=False)
    #: What is set for uv beside them.
    added: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    #: Values that no output may show.
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)

    def run(
        self, stage: str, arguments: Sequence[str], *, seconds: float | None = None, quiet: bool = False
    ) -> Finished:
        """Runs it and, unless `quiet`, tells the step what it says.

        Raises:
            OutOfSpaceError: It found the disk full.
        """
        finished = run(
            [str(self.program), *arguments, "--color", "never", "--no-progress"],
            environment={**environment_for_uv(self.caller), **self.added},
            folder=self.folder,
            secrets=self.secrets,
            seconds=seconds,
            on_line=None if quiet else self.step.says,
        )
        if not finished.succeeded and tells_of_full_disk(finished.errors):
            raise OutOfSpaceError(self.folder, _DOING[stage])
        return finished

    def with_index(self, environment: Mapping[str, str], secrets: Iterable[str]) -> Uv:
        """The same uv, told where packages come from."""
        return attrs.evolve(self, added={**self.added, **environment}, secrets=tuple(secrets))
