"""Making the image: Debian's own packages, py-rattler from the package index, and the program that is made of it."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from rig.base_image.debian import ImageError, import_debian

#: Folder of the program and of what it is made of, in the image.
_HOME = "opt/conda-on-rattler"
_PATH = f"/{_HOME}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def make(tag: str, host: str, folder: Path) -> str:
    """Makes the image in the engine at `host` and returns its id; `folder` is for what that needs on the way.

    Raises:
        ImageError: A program is missing, or failed.
    """
    _lay_out_program(folder / _HOME)
    hooks = [f'mkdir -p "$1/{_HOME}"', f"copy-in {folder / _HOME} /opt"]
    return import_debian(tag, host, ["python3"], hooks=hooks, changes=[f"ENV PATH={_PATH}"])


def _lay_out_program(home: Path) -> None:
    """py-rattler needs no other distribution, and one wheel of it serves every Python 3."""
    (home / "bin").mkdir(parents=True)
    install = [*("install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target", str(home / "lib"))]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *install, "py-rattler"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ImageError(f"py-rattler cannot be installed:\n{done.stderr.strip()}")
    program = (files("rig.base_image") / "conda_on_rattler.py").read_text(encoding="utf-8")
    head = f"#!/usr/bin/python3\nimport sys\n\nsys.path.insert(0, '/{_HOME}/lib')\n"
    script = home / "bin" / "conda"
    script.write_text(head + program.replace("from __future__ import annotations\n", ""), encoding="utf-8")
    script.chmod(0o755)
