"""Where packages and the metadata of channels are kept, and what killed or interrupted commands leave there.

The cache is this project's own: rattler knows a package in it by name, version and build and trusts that whoever put
it there has compared its hash, which other tools do not do for channels in folders.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_HOME_VARIABLE = "OCI_MLFLOW_HOME"
#: rattler names the folder that it unpacks to by this many letters behind the package's own name.
_RANDOM = 6


def conda_cache(environ: Mapping[str, str]) -> Path:
    """``cache/conda`` of the folder that ``OCI_MLFLOW_HOME`` names, else of the platform's folder for caches."""
    home = environ.get(_HOME_VARIABLE, "").strip()
    if home:
        return Path(home).expanduser().absolute() / "cache" / "conda"
    from platformdirs import user_cache_dir  # noqa: PLC0415 - only needed without the variable, and slow to import

    return Path(user_cache_dir("oci-mlflow", appauthor=False)) / "conda"


def packages_in(cache: Path) -> Path:
    """Folder of unpacked packages."""
    return cache / "packages"


def repodata_in(cache: Path) -> Path:
    """Folder of channels' metadata."""
    return cache / "repodata"


def clear_unfinished(packages: Path) -> None:
    """Removes the folders that packages were being unpacked to by a command that is gone.

    rattler holds a package's lock file as long as it unpacks it, so that what another command is at stays.
    """
    try:
        names = os.listdir(packages)  # noqa: PTH208 - names are all that is needed
    except FileNotFoundError:
        return
    for name in names:
        folder = packages / name
        if name.startswith(".") and folder.is_dir() and not _is_held(packages / f"{name[1:-_RANDOM]}.lock"):
            shutil.rmtree(folder, ignore_errors=True)


def _is_held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
