"""What this builder cannot do, said before anything is begun. Imports nothing heavy: it is asked of every builder."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_core.model.environment import EnvironmentRequest, Platform

#: Platforms of containers, in the words of engines.
PLATFORMS: Mapping[Platform, str] = {Platform.LINUX_64: "linux/amd64", Platform.LINUX_AARCH64: "linux/arm64"}
DEFAULT_SOCKET = Path("/var/run/docker.sock")


def refuses(request: EnvironmentRequest) -> str | None:
    """Why the environment cannot be made in a container, or None where it can."""
    if request.platform not in PLATFORMS:
        return f"containers are Linux, and {request.platform} was asked for"
    return None


def unusable() -> str | None:
    """Why nothing can be built on this machine, or None where it may be possible; no engine is asked."""
    if importlib.util.find_spec("docker") is None:
        return "the Python package 'docker' is not installed (pip install 'oci-mlflow-plugin[docker]')"
    if not os.environ.get("DOCKER_HOST") and not DEFAULT_SOCKET.exists():
        return f"no container engine is here ({DEFAULT_SOCKET} does not exist, and DOCKER_HOST is not set)"
    return None
