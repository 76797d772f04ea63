"""Everything that settles a prefix, as one file that a Python runs: to be put where the prefix is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

_HERE = Path(__file__).parent
_FOLDER = "oci_mlflow_builders/conda_prefix"
_MAIN = "import sys\nfrom oci_mlflow_builders.conda_prefix.command import main\nsys.exit(main())\n"
#: The oldest that the format has; with a fixed time equal versions of this project give equal archives.
_TIME = (1980, 1, 1, 0, 0, 0)


def as_archive() -> bytes:
    """A zip application (PEP 441) for Python 3.8 and later; see `command.main` for what it takes and prints."""
    content = {"__main__.py": _MAIN.encode(), "oci_mlflow_builders/__init__.py": b""}
    sources = [path for suffix in ("*.py", "*.in") for path in _HERE.rglob(suffix)]
    content.update({f"{_FOLDER}/{path.relative_to(_HERE).as_posix()}": path.read_bytes() for path in sources})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            member = zipfile.ZipInfo(name, _TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content[name])
    return buffer.getvalue()
