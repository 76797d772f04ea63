"""tox reads this file. Who has told pip where packages come from need not tell uv, which tox installs with, as well."""

from __future__ import annotations

import os
import subprocess
import sys

#: Any of these says that uv knows.
KNOWN_TO_UV = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_NO_INDEX")


def index_of_pip() -> str:
    """The package index that pip's variables or configuration files name; empty where they name none."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


if not any(os.environ.get(name) for name in KNOWN_TO_UV) and (url := index_of_pip()):
    os.environ["UV_INDEX_URL"] = url
