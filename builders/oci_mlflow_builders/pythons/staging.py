"""Laying a Python out in a folder so that it runs from any path."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path, PurePosixPath

from oci_mlflow_builders.elf import ElfNeeds, read_elf
from oci_mlflow_builders.pythons.contents import Entry, PythonContents
from oci_mlflow_builders.pythons.distributors import link_packages
from oci_mlflow_builders.pythons.machine_paths import PLACEHOLDER

_WHERE = (
    "import json, site, sys, sysconfig; p = sysconfig.get_paths(); "
    "print(json.dumps([sys.prefix, p['purelib'], p['platlib'], p['scripts'], sys.path]))"
)


class StagingError(Exception):
    """A Python cannot be laid out, with the reason."""


def stage(contents: PythonContents, prefix: Path, patchelf: Path) -> tuple[PurePosixPath, ...]:
    """Copies the Python into the empty folder `prefix` and makes it independent of where it came from.

    Returns:
        The files (relative to the prefix) in which `PLACEHOLDER` stands for the prefix.

    Raises:
        StagingError: `patchelf` failed, or the copy does not import from where packages are installed to.
        OSError: A file cannot be read or written.
    """
    bundled = frozenset(contents.libraries)
    runpaths: dict[str, list[Path]] = {}
    with_placeholder: list[PurePosixPath] = []
    for entry in contents.entries:
        data = contents.bytes_of(entry)
        if PLACEHOLDER.encode() in data:
            with_placeholder.append(entry.target)
        path = _write(data, entry, prefix)
        needs = read_elf(path) if entry.program or ".so" in entry.target.name else None
        if needs is not None:
            runpaths.setdefault(_runpath(entry.target, needs, bundled), []).append(path)
    runpaths.pop(_AS_IT_IS, None)
    for runpath, files in runpaths.items():
        _set_runpath(patchelf, runpath, files)
    _link(prefix, contents.interpreter.minor)
    link_packages(prefix / contents.library_folder)
    _check(prefix)
    return tuple(with_placeholder)


def _write(data: bytes, entry: Entry, prefix: Path) -> Path:
    path = prefix / entry.target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o755 if entry.program else 0o644)
    return path


#: Stands for "needs no change" beside the runpaths that are set.
_AS_IT_IS = "as it is"


def _runpath(target: PurePosixPath, needs: ElfNeeds, bundled: frozenset[str]) -> str:
    """The search path that the file gets: to ``lib``, to nowhere, or the one that it has."""
    if bundled.isdisjoint(needs.libraries):
        return "" if needs.search else _AS_IT_IS
    up = "/".join([".."] * (len(target.parts) - 1))
    return "$ORIGIN" if target.parts[:-1] == ("lib",) else f"$ORIGIN/{up}/lib"


def _set_runpath(patchelf: Path, runpath: str, files: list[Path]) -> None:
    change = ["--set-rpath", runpath] if runpath else ["--remove-rpath"]
    done = subprocess.run(
        [str(patchelf), *change, *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        msg = f"patchelf failed: {done.stderr.strip() or done.returncode}"
        raise StagingError(msg)


def _link(prefix: Path, minor: str) -> None:
    for name in ("python3", "python"):
        (prefix / "bin" / name).symlink_to(f"python{minor}")


def _check(prefix: Path) -> None:
    """The copy has to run, to know where it is, and to import from where packages are put."""
    done = subprocess.run(
        [str(prefix / "bin" / "python"), "-I", "-B", "-c", _WHERE],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        msg = f"the copied Python does not run: {done.stderr.strip()[-500:]}"
        raise StagingError(msg)
    home, purelib, platlib, scripts, path = json.loads(done.stdout)
    real = prefix.resolve()
    imported = {Path(entry).resolve() for entry in path}
    installed = {Path(purelib).resolve(), Path(platlib).resolve()}
    if Path(home).resolve() != real or Path(scripts).resolve() != real / "bin" or not installed <= imported:
        msg = (
            f"the copied Python looks for packages in {path} and installs them to {purelib}, with scripts in {scripts}"
        )
        raise StagingError(msg)
