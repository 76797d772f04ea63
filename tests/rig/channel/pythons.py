"""Packages of a Python that is on this machine, and of the shared libraries that it needs."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import attrs
from oci_mlflow_builders.pythons.contents import PythonContents, contents_of
from oci_mlflow_builders.pythons.discovery import Survey, found_places, named_places
from oci_mlflow_builders.pythons.interpreter import Interpreter
from oci_mlflow_builders.pythons.machine_paths import PLACEHOLDER
from oci_mlflow_builders.pythons.patchelf import find_patchelf
from oci_mlflow_builders.pythons.staging import stage

from rig.channel.archives import write_package
from rig.channel.recipes import Recipe, placeholder

_SUBDIRS = {"x86_64": "linux-64", "aarch64": "linux-aarch64"}
LIBRARIES_VERSION = "1.0"


class NoPythonError(Exception):
    """No Python of that version is here, or what its packages are made with is not."""


@attrs.frozen
class LocalPython:
    """A Python of this machine that packages are made of."""

    interpreter: Interpreter
    patchelf: Path

    @property
    def subdir(self) -> str:
        """The platform of this machine in conda's words."""
        return _SUBDIRS[platform.machine()]


def find_python(minor: str) -> LocalPython:
    """The first Python of a minor version (``3.11``) among those of this machine.

    Raises:
        NoPythonError: There is none.
    """
    patchelf = find_patchelf()
    if patchelf is None:
        raise NoPythonError("the program 'patchelf' is not installed")
    places = [*named_places(os.environ), *found_places(os.environ, (minor,))]
    fitting = (one for one in Survey().interpreters(iter(places)) if one.minor == minor)
    found = next(fitting, None)
    if found is None:
        raise NoPythonError(f"no Python {minor} is on this machine")
    return LocalPython(found, patchelf)


def write_python(python: LocalPython, channel: Path, scratch: Path) -> None:
    """Writes ``python`` and ``machine-libs-for-python<minor>`` into the channel."""
    contents = contents_of(python.interpreter)
    root, libraries = scratch / "python", scratch / "machine-libs"
    root.mkdir(parents=True)
    (libraries / "lib").mkdir(parents=True)
    for file in stage(contents, root, python.patchelf):
        _with_placeholder(root / file)
    for name in contents.libraries:
        if not name.startswith("libpython"):
            (root / "lib" / name).rename(libraries / "lib" / name)
    (root / contents.library_folder / "site-packages" / "README.txt").write_text("Packages go here.\n", "utf-8")
    for recipe in _recipes(python, contents, root, libraries):
        write_package(recipe, channel)


def _recipes(python: LocalPython, contents: PythonContents, root: Path, libraries: Path) -> tuple[Recipe, Recipe]:
    minor, glibc = python.interpreter.minor, f"__glibc >={contents.glibc}"
    libs = f"machine-libs-for-python{minor}"
    return (
        Recipe(name=libs, version=LIBRARIES_VERSION, root=libraries, subdir=python.subdir, depends=(glibc,)),
        Recipe(
            name="python",
            version=python.interpreter.version,
            root=root,
            subdir=python.subdir,
            depends=(glibc, f"{libs} >={LIBRARIES_VERSION}"),
            build_suffix="_cpython",
            license="Python-2.0",
        ),
    )


def _with_placeholder(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data.replace(PLACEHOLDER.encode(), placeholder("python").encode()))
