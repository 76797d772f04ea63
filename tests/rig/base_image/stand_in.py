"""A stand-in for the conda of a machine that has none."""

from __future__ import annotations

import sys
from pathlib import Path

_TESTS = Path(__file__).parents[2]


def conda_stand_in(folder: Path) -> Path:
    """A program called ``conda`` in the folder, which is `rig.base_image.conda_on_rattler` with this Python."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "conda"
    program.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c '"
        f'import sys; sys.path.insert(0, "{_TESTS}"); '
        "from rig.base_image.conda_on_rattler import end, main; end(main(sys.argv[1:]))"
        '\' "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program
