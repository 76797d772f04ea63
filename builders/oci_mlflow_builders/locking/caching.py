"""Where packages and the metadata of channels are kept.

The cache is this project's own: rattler knows a package in it by name, version and build and trusts that whoever put
it there has compared its hash, which other tools do not do for channels in folders.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_HOME_VARIABLE = "OCI_MLFLOW_HOME"


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
