"""Where packages and the metadata of channels are kept, and what killed or interrupted commands leave there.

The cache is this project's own: rattler knows a package in it by name, version and build and trusts that whoever put
it there has compared its hash, which other tools do not do for channels in folders.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_HOME_VARIABLE = "OCI_MLFLOW_HOME"
#: rattler names the folder that it unpacks to by this many letters behind the package's own name.
_RANDOM = 6
#: Seconds that threads of a failed installation are waited for, and between two looks.
_PATIENCE = 3.0
_INTERVAL = 0.05


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


@contextmanager
def nothing_unfinished(packages: Path) -> Iterator[None]:
    """Within the context packages are unpacked; what that or an earlier command leaves half-made is removed.

    rattler holds a package's lock file as long as it unpacks it, so that what another command is at stays. When it
    fails or is cancelled, threads of it may go on for a moment with other packages, which is waited for.
    """
    try:
        yield
    except BaseException:
        deadline = time.monotonic() + _PATIENCE
        while _clear(packages) and time.monotonic() < deadline:
            time.sleep(_INTERVAL)
        raise
    _clear(packages)


def _clear(packages: Path) -> bool:
    """Removes what nobody works at; whether something is left."""
    unfinished = [folder for folder in packages.glob(".*") if folder.is_dir()]
    held = [folder for folder in unfinished if _is_held(packages / f"{folder.name[1:-_RANDOM]}.lock")]
    for folder in set(unfinished) - set(held):
        shutil.rmtree(folder, ignore_errors=True)
    return bool(held)


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
