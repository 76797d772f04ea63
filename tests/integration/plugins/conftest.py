"""Distributions that are installed for one child process: in a folder on its PYTHONPATH."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Commands, quiet_environ

PLUGINS = Path(__file__).parents[2] / "plugins"

Install = Callable[..., Commands]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Builds and installs the distributions of these folders, and gives commands that see them."""

    def installed(*folders: Path | str) -> Commands:
        target = tmp_path / "installed"
        sources = [str(PLUGINS / folder) for folder in folders]
        if sources:
            command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
            options = ["--no-deps", "--no-build-isolation", "--offline", "--no-cache", "--target", str(target)]
            subprocess.run([*command, *options, *sources], check=True)
        return Commands(tmp_path, quiet_environ(tmp_path, PYTHONPATH=str(target)))

    return installed
