"""The Pythons that uv itself brings: made to be moved, and to run on old systems."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_builders.uv.program import Uv

#: Seconds that a download may take; a machine without a network is known much sooner.
_PATIENCE = 300.0
_FORBIDDEN = frozenset({"never"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_NO_SUCH = re.compile(r"No download found|No interpreter found", re.IGNORECASE)


class Download(enum.Enum):
    """What came of an attempt to download a Python."""

    INSTALLED = "installed"
    NO_SUCH_VERSION = "there is none of that version"
    UNREACHABLE = "it could not be downloaded"
    FORBIDDEN = "downloads are turned off"


def downloads_forbidden(environment: Mapping[str, str]) -> bool:
    """Whether the user keeps uv from downloading Pythons, or from the network altogether."""
    return (
        environment.get("UV_PYTHON_DOWNLOADS", "").lower() in _FORBIDDEN
        or environment.get("UV_OFFLINE", "").lower() in _TRUE
    )


def folder_of_pythons(uv: Uv) -> Path | None:
    """Where uv keeps the Pythons that it installed."""
    finished = uv.run("lock", ["python", "dir"], quiet=True)
    return Path(finished.output.strip()) if finished.succeeded and finished.output.strip() else None


def download_python(uv: Uv, asked: str) -> Download:
    """Has uv download a Python into its own folder, as ``uv python install`` does; fails at once without a network."""
    if downloads_forbidden(uv.caller):
        return Download.FORBIDDEN
    uv.step.says(f"looking for a standalone Python {asked}")
    once = uv.with_index(
        {"UV_HTTP_RETRIES": "0", "UV_HTTP_CONNECT_TIMEOUT": "5", "UV_PYTHON_INSTALL_BIN": "0"}, uv.secrets
    )
    finished = once.run("lock", ["python", "install", asked], seconds=_PATIENCE, quiet=True)
    if finished.succeeded:
        return Download.INSTALLED
    return Download.NO_SUCH_VERSION if _NO_SUCH.search(finished.errors) else Download.UNREACHABLE
