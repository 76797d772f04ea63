"""Making the image: Debian's own packages, py-rattler from the package index, and the program that is made of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from rig.engine.found import LABEL

_SUITE = "bookworm"
_MIRROR = "http://deb.debian.org/debian"
_SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
_PACKAGES = ("ca-certificates", "python3", "usr-is-merged")
_WITHOUT = ("usr/share/doc/*", "usr/share/man/*", "usr/share/locale/*", "usr/share/info/*", "var/cache/debconf/*")
#: Folder of the program and of what it is made of, in the image.
_HOME = "opt/conda-on-rattler"
_PATH = f"/{_HOME}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class ImageError(Exception):
    """The image cannot be made, with the reason."""


def make(tag: str, host: str, folder: Path) -> str:
    """Makes the image in the engine at `host` and returns its id; `folder` is for what that needs on the way.

    Raises:
        ImageError: A program is missing, or failed.
    """
    if shutil.which("mmdebstrap") is None:
        raise ImageError("mmdebstrap is not installed (Debian: apt-get install mmdebstrap)")
    _lay_out_program(folder / _HOME)
    system = subprocess.Popen(_system(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False)
    imported = subprocess.run(_import(tag, host), stdin=system.stdout, capture_output=True, text=True, check=False)
    said = system.communicate()[1].decode(errors="replace")
    if system.returncode != 0:
        raise ImageError(f"mmdebstrap failed:\n{said.strip()}")
    if imported.returncode != 0:
        raise ImageError(f"the engine did not take the image: {imported.stderr.strip()}")
    return imported.stdout.strip()


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


def _system(folder: Path) -> list[str]:
    hooks = [
        f"rm -rf {' '.join(f'$1/{place}' for place in _WITHOUT)}",
        f'mkdir -p "$1/{_HOME}"',
        f"copy-in {folder / _HOME} /opt",
        *_certificates(),
    ]
    return [
        *("mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(_PACKAGES)}"),
        "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
        *(f"--customize-hook={hook}" for hook in hooks),
        *(_SUITE, "-", _mirror()),
    ]


def _certificates() -> Iterator[str]:
    """Where this machine goes through a proxy that signs for others, containers have to trust it too."""
    bundle = Path(os.environ.get("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt")
    if bundle.is_file():
        yield f"copy-in {bundle.resolve()} /etc/ssl/certs/"


def _mirror() -> str:
    """The mirror of Debian that this machine uses, so that what is near is used here too."""
    for source in _SOURCES:
        if source.is_file() and (
            match := re.search(r"^(?:URIs:|deb )\s*(\S*/debian/?)\s", source.read_text(encoding="utf-8"), re.MULTILINE)
        ):
            return match[1]
    return _MIRROR


def _import(tag: str, host: str) -> list[str]:
    changes = [f"ENV PATH={_PATH}", "ENV LANG=C.UTF-8", f"LABEL {LABEL}=base", 'CMD ["/bin/bash"]']
    return ["docker", "--host", host, "import", *(f"--change={change}" for change in changes), "-", tag]
