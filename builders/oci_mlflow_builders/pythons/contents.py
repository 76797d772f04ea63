"""Which files of a Python a pack gets, and under which names."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import attrs

from oci_mlflow_builders.pythons.distributors import with_upstream_scheme
from oci_mlflow_builders.pythons.interpreter import Interpreter
from oci_mlflow_builders.pythons.libraries import libraries_of
from oci_mlflow_builders.pythons.machine_paths import without_machine_paths

#: Raised when a Python is laid out in another way, so that locks of the old way are not taken for the new one.
LAYOUT = 1
_LEFT_OUT_FOLDERS = frozenset(
    {
        "__pycache__",
        "dist-packages",
        "idle_test",
        "idlelib",
        "site-packages",
        "test",
        "tests",
        "tkinter",
        "turtledemo",
    }
)
#: What a distributor or administrator adds for the one machine, and what only serves to test or to link CPython itself;
#: ``nis`` (removed in Python 3.13) would bring all of Kerberos along.
_LEFT_OUT_FILES = re.compile(
    r".*\.(pyc|a|o)|EXTERNALLY-MANAGED|(site|user)customize\.py|(_tkinter|nis|_test\w*|_ctypes_test|_xx\w*|xxlimited\w*)\..*so"
)
_SHARED_OBJECT = re.compile(r".*\.so(\..*)?")


@attrs.frozen(order=True)
class Entry:
    """One file of the prefix to be."""

    #: Relative to the prefix.
    target: PurePosixPath
    source: Path
    program: bool = False


@attrs.frozen(kw_only=True)
class PythonContents:
    """A Python as it will be laid out."""

    interpreter: Interpreter
    #: Sorted by target.
    entries: tuple[Entry, ...]
    #: Names of the libraries in ``lib`` that come with it.
    libraries: tuple[str, ...]
    #: The lowest glibc that can run it; empty where it needs none.
    glibc: str

    @property
    def library_folder(self) -> PurePosixPath:
        """The folder of the standard library, relative to the prefix."""
        return PurePosixPath(self.interpreter.stdlib.relative_to(self.interpreter.prefix))

    def bytes_of(self, entry: Entry) -> bytes:
        """What the pack gets of one file: nothing in it depends on where the Python was installed."""
        data = without_machine_paths(entry.target, entry.source.read_bytes(), self.interpreter)
        return with_upstream_scheme(entry.target, data)

    def digest(self) -> str:
        """SHA-256 over the names and bytes of all its files: equal digests are laid out as equal bytes."""
        total = hashlib.sha256(f"layout {LAYOUT}\n".encode())
        for entry in self.entries:
            content = hashlib.sha256(self.bytes_of(entry)).hexdigest()
            total.update(f"{entry.target}\0{entry.program}\0{content}\n".encode())
        return total.hexdigest()


def contents_of(interpreter: Interpreter) -> PythonContents:
    """What is copied of the interpreter, its libraries included.

    Raises:
        MissingLibraryError: It is linked to a library that is not there.
    """
    program = Entry(PurePosixPath("bin", f"python{interpreter.minor}"), interpreter.executable, program=True)
    standard = list(_below(interpreter.stdlib, PurePosixPath(interpreter.stdlib.relative_to(interpreter.prefix))))
    headers = list(_below(interpreter.include, PurePosixPath("include", f"python{interpreter.minor}")))
    modules = [entry.source for entry in standard if _SHARED_OBJECT.fullmatch(entry.source.name)]
    libraries = libraries_of([interpreter.executable], optional=modules)
    bundled = [Entry(PurePosixPath("lib", name), path, program=True) for name, path in libraries.bundled.items()]
    return PythonContents(
        interpreter=interpreter,
        entries=tuple(sorted([program, *standard, *headers, *bundled])),
        libraries=tuple(sorted(libraries.bundled)),
        glibc=".".join(map(str, libraries.glibc)),
    )


def _below(folder: Path, target: PurePosixPath) -> Iterator[Entry]:
    for directory, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT_FOLDERS)
        inside = target / PurePosixPath(Path(directory).relative_to(folder))
        for name in files:
            source = Path(directory, name)
            if not _LEFT_OUT_FILES.fullmatch(name) and source.is_file():
                yield Entry(inside / name, source, program=os.access(source, os.X_OK))
