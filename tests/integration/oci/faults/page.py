"""The page of the documentation, part by part: several processes may compare, or write, each its own."""

from __future__ import annotations

import difflib
import fcntl
import os
import re
from pathlib import Path

from integration.oci.faults.table import HEADINGS

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "fault-matrix.md"


def documented() -> dict[str, str]:
    """The parts of the page by their first lines, in order."""
    with PAGE.open(encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        return _parts(file.read())


def _parts(text: str) -> dict[str, str]:
    parts = re.split(r"^(?=#{1,2} )", text, flags=re.MULTILINE)
    return {part.partition("\n")[0]: part.rstrip("\n") for part in parts if part}


def check_documented(played: str) -> None:
    """Compares the part that begins with the same line; OCI_MLFLOW_TEST_WRITE=1 writes it first.

    Raises:
        AssertionError: The page says something else.
    """
    heading, played = played.partition("\n")[0], played.rstrip("\n")
    if os.environ.get("OCI_MLFLOW_TEST_WRITE") == "1":
        _write(heading, played)
    written = documented()[heading].splitlines()
    differing = list(difflib.unified_diff(written, played.splitlines(), "the page", "played", lineterm="", n=0))
    assert not differing, "\n".join(differing)


def _write(heading: str, played: str) -> None:
    with PAGE.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        parts = {**_parts(file.read()), heading: played}
        file.seek(0)
        file.write("\n\n".join(parts[each] for each in HEADINGS if each in parts) + "\n")
        file.truncate()
