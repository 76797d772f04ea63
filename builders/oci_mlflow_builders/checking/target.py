"""What a prefix and this machine say of themselves without anything being run."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path


def python_of(prefix: Path) -> str:
    """The version of the prefix's Python: as conda recorded it, else the minor one; empty where there is none."""
    program = prefix / "bin" / "python"
    if not program.exists():
        return ""
    for record in (prefix / "conda-meta").glob("python-*.json"):
        plain = json.loads(record.read_text(encoding="utf-8"))
        if plain.get("name") == "python":
            return str(plain["version"])
    return program.resolve().name.removeprefix("python")


def host_glibc() -> tuple[int, ...]:
    """This machine's glibc; empty where it has another C library."""
    name, version = platform.libc_ver()
    return numbers(version) if name == "glibc" else ()


def has_gpu() -> bool:
    """Whether this machine has an NVIDIA GPU that programs can use."""
    return os.access("/dev/nvidiactl", os.R_OK | os.W_OK)


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version such as ``2.28``."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def text(version: tuple[int, ...]) -> str:
    """The version as it is written."""
    return ".".join(map(str, version))
