"""Environments made by hand, whose packages have the files and sizes that a test wants."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_builders.conda_prefix.pack_files import write_pack_files
from oci_mlflow_builders.conda_prefix.placeholders import BINARY, OWN, Placed

from oci_mlflow_core.model.environment import Lock, LockedPython, LockedRequirement, Platform
from oci_mlflow_core.model.pack import BuiltPrefix

_SITE = "lib/python3.11/site-packages"
#: What conda packages bring for the prefix in a binary file.
LONG = f"/opt/{'placehold_' * 24}"


def made_prefix(folder: Path, packages: Mapping[str, tuple[str, int]]) -> BuiltPrefix:
    """A prefix with Python and the packages: version and bytes by name."""
    (folder / "bin").mkdir(parents=True)
    (folder / "conda-meta").mkdir()
    (folder / "conda-meta" / "history").write_text("")
    _write(folder / "bin" / "python3.11", b"\x7fELF python", 0o755)
    (folder / "bin" / "python").symlink_to("python3.11")
    _write(folder / "lib/python3.11/os.py", b"# os\n")
    _write(folder / "lib/python3.11/settings.py", f"PREFIX = '{OWN}/share'\n".encode())
    _write(folder / "lib/libpython.so", f"\x7fELF\0{LONG}/lib\0after\0".encode())
    for name, (version, size) in packages.items():
        _add(folder, name, version, size)
    placed = [Placed("lib/python3.11/settings.py", OWN), Placed("lib/libpython.so", LONG, BINARY)]
    write_pack_files(folder, placed)
    lock = Lock(
        builder="uv",
        platform=Platform.LINUX_64,
        python=LockedPython(version="3.11.7", kind="standalone"),
        pip=tuple(LockedRequirement(name=name, version=of[0]) for name, of in sorted(packages.items())),
    )
    return BuiltPrefix(path=folder, lock=lock)


def _add(prefix: Path, name: str, version: str, size: int) -> None:
    data = random.Random(f"{name} {version}").randbytes(size)  # noqa: S311 - bytes that do not compress
    note = f"{name}-{version}.dist-info"
    _write(prefix / _SITE / name / "__init__.py", f"VERSION = '{version}'\n".encode())
    _write(prefix / _SITE / name / "data.bin", data)
    _write(prefix / _SITE / note / "METADATA", f"Name: {name}\nVersion: {version}\n".encode())
    _write(prefix / "bin" / name, f"#!/bin/sh\necho {name} {version}\n".encode(), 0o755)
    listed = (f"{name}/__init__.py", f"{name}/data.bin", f"{note}/METADATA", f"{note}/RECORD", f"../../../bin/{name}")
    _write(prefix / _SITE / note / "RECORD", "".join(f"{path},,\n" for path in listed).encode())


def _write(path: Path, content: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
