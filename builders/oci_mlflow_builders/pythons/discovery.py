"""Where Pythons are looked for on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from oci_mlflow_builders.pythons.interpreter import Interpreter, probe

#: Names one or more Pythons (separated as in PATH) that are taken before all others: programs or their folders.
PYTHON_VARIABLE = "OCI_MLFLOW_PYTHON"
_SYSTEM = (Path("/usr/local/bin"), Path("/usr/bin"))


@attrs.frozen
class Place:
    """A place where a Python may be, with the reason why it is looked at."""

    path: Path
    why: str


def named_places(environment: Mapping[str, str]) -> Iterator[Place]:
    """What `OCI_MLFLOW_PYTHON` names."""
    for entry in environment.get(PYTHON_VARIABLE, "").split(os.pathsep):
        if entry.strip():
            path = Path(entry.strip()).expanduser()
            is_folder = os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a folder may not be entered
            yield Place(path / "bin" / "python3" if is_folder else path, PYTHON_VARIABLE)


def managed_places(folder: Path | None, minors: tuple[str, ...]) -> Iterator[Place]:
    """The Pythons that uv installed in its folder, newest name first."""
    if folder is not None:
        for home in sorted(_matching(folder, "cpython-*"), reverse=True):
            for minor in minors:
                yield Place(home / "bin" / f"python{minor}", "installed by uv")


def found_places(environment: Mapping[str, str], minors: tuple[str, ...]) -> Iterator[Place]:
    """The running Python, those of pyenv, those on PATH, those of the system."""
    yield Place(Path(sys.executable), "the running Python")
    pyenv = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for minor in minors:
        for home in sorted(_matching(pyenv / "versions", f"{minor}.*"), key=_patch, reverse=True):
            yield Place(home / "bin" / f"python{minor}", "pyenv")
    folders = [Path(entry) for entry in environment.get("PATH", "").split(os.pathsep) if entry]
    for folder in (*folders, *_SYSTEM):
        for name in (*(f"python{minor}" for minor in minors), "python3"):
            yield Place(folder / name, "PATH" if folder in folders else "the system")


def _matching(folder: Path, pattern: str) -> list[Path]:
    """What of the folder has such a name; nothing where it is not there or may not be read."""
    try:
        return list(folder.glob(pattern))
    except OSError:
        return []


def _patch(home: Path) -> tuple[int, str]:
    patch = home.name.split(".")[-1]
    return (int(patch), "") if patch.isdigit() else (-1, patch)


@attrs.define
class Survey:
    """Looks at places one after another, at each program once."""

    _known: dict[Path, Interpreter | None] = attrs.field(factory=dict)

    def interpreters(self, places: Iterator[Place]) -> Iterator[Interpreter]:
        """The Pythons that really are at these places, each once."""
        given: set[Path] = set()
        for place in places:
            if not os.path.isfile(place.path):  # noqa: PTH113 - Path.is_file raises where a folder may not be entered
                continue
            real = place.path.resolve()
            if real not in self._known:
                self._known[real] = probe(place.path)
            interpreter = self._known[real]
            if interpreter is not None and interpreter.executable not in given:
                given.add(interpreter.executable)
                yield interpreter

    @property
    def seen(self) -> tuple[Interpreter, ...]:
        """All Pythons that were found so far."""
        unique = {one.executable: one for one in self._known.values() if one is not None}
        return tuple(unique.values())
