"""Debian as an image, made of its own packages by mmdebstrap and taken into an engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from rig.engine.found import LABEL

_SUITE = "bookworm"
_MIRROR = "http://deb.debian.org/debian"
_SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
_WITHOUT = ("usr/share/doc/*", "usr/share/man/*", "usr/share/locale/*", "usr/share/info/*", "var/cache/debconf/*")


class ImageError(Exception):
    """The image cannot be made, with the reason."""


def import_debian(
    tag: str, host: str, packages: Iterable[str], *, hooks: Iterable[str] = (), changes: Iterable[str] = ()
) -> str:
    """Makes the image in the engine at `host` and returns its id.

    Args:
        packages: Beside those that every Debian has.
        hooks: What mmdebstrap does to the system at ``$1`` in the end.
        changes: Instructions of a Dockerfile about the image's configuration.

    Raises:
        ImageError: A program is missing, or failed.
    """
    if shutil.which("mmdebstrap") is None:
        raise ImageError("mmdebstrap is not installed (Debian: apt-get install mmdebstrap)")
    system = subprocess.Popen(_system(packages, hooks), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False)
    command = _import(tag, host, changes)
    imported = subprocess.run(command, stdin=system.stdout, capture_output=True, text=True, check=False)
    said = system.communicate()[1].decode(errors="replace")
    if system.returncode != 0:
        raise ImageError(f"mmdebstrap failed:\n{said.strip()}")
    if imported.returncode != 0:
        raise ImageError(f"the engine did not take the image: {imported.stderr.strip()}")
    return imported.stdout.strip()


def _system(packages: Iterable[str], hooks: Iterable[str]) -> list[str]:
    all_hooks = [f"rm -rf {' '.join(f'$1/{place}' for place in _WITHOUT)}", *hooks, *_certificates()]
    return [
        *("mmdebstrap", "--quiet", "--variant=minbase"),
        f"--include={','.join(('ca-certificates', 'usr-is-merged', *packages))}",
        "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
        *(f"--customize-hook={hook}" for hook in all_hooks),
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


def _import(tag: str, host: str, changes: Iterable[str]) -> list[str]:
    all_changes = ["ENV LANG=C.UTF-8", f"LABEL {LABEL}=base", 'CMD ["/bin/bash"]', *changes]
    return ["docker", "--host", host, "import", *(f"--change={change}" for change in all_changes), "-", tag]
