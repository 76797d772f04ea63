"""The conda, mamba or micromamba of this machine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from oci_mlflow_builders.commands import run

#: Names the program, over all that is found.
VARIABLE = "OCI_MLFLOW_CONDA"
#: Set by conda's and mamba's own activation.
_OF_TOOLS = ("CONDA_EXE", "MAMBA_EXE")
#: The quickest first; all of them install the same from an explicit list.
NAMES = ("micromamba", "mamba", "conda")
_VERSION = re.compile(r"^(?:(?P<kind>[A-Za-z][\w-]*) )?\(?(?P<version>\d[\w.]*|[\w-]+ \d[\w.]*)\)?")
#: Seconds in which a program says its version; conda needs some.
_PATIENCE = 60.0


class NoCondaError(Exception):
    """No program can be used, with the reason."""


@attrs.frozen
class Conda:
    """One program, as it is told to the user."""

    path: Path
    #: ``micromamba``, ``mamba``, ``conda``, or what else it calls itself.
    kind: str
    version: str

    def __str__(self) -> str:
        return f"{self.kind} {self.version} ({self.path})"

    @property
    def is_standalone(self) -> bool:
        """Whether it brings its own root prefix nowhere, and takes it from a variable."""
        return self.kind == "micromamba"


def find_conda(environ: Mapping[str, str]) -> Path:
    """The program to use; it is not run.

    Raises:
        NoCondaError: There is none, or the one that is named is none.
    """
    search = environ.get("PATH")
    if named := environ.get(VARIABLE, "").strip():
        found = shutil.which(str(Path(named).expanduser()), path=search)
        if found is None:
            raise NoCondaError(f"{VARIABLE} names {named}, which is not a program")
        return Path(found)
    for candidate in _candidates(environ):
        if (found := shutil.which(candidate, path=search)) is not None:
            return Path(found)
    raise NoCondaError(f"no conda, mamba or micromamba is on PATH, and {VARIABLE} does not name one")


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    yield from (environ[name] for name in _OF_TOOLS if environ.get(name))
    yield from NAMES


def identify(path: Path, environment: Mapping[str, str], folder: Path) -> Conda:
    """The program with its kind and version, which it is asked for.

    Raises:
        NoCondaError: It cannot be run, or does not say a version.
    """
    try:
        finished = run([str(path), "--version"], environment=environment, folder=folder, seconds=_PATIENCE)
    except OSError as fault:
        raise NoCondaError(f"{path} cannot be run: {fault.strerror}") from fault
    said = [_VERSION.match(line) for line in finished.output.splitlines()]
    first = next((match for match in said if match), None)
    if not finished.succeeded or first is None:
        raise NoCondaError(f"{path} does not say its version: {' '.join(finished.tail[-1:]) or 'it says nothing'}")
    return Conda(path, first["kind"] or path.stem, first["version"])
