"""What this builder cannot do, said before anything is begun. Imports nothing heavy: it is asked of every builder."""

from __future__ import annotations

from importlib.util import find_spec

from oci_mlflow_core.model.environment import EnvironmentRequest

NAME = "rattler"


def refuses(request: EnvironmentRequest) -> str | None:
    """Why the environment cannot be made, or None where it can."""
    if not request.platform.value.startswith("linux-"):
        return f"it builds for Linux (linux-64, linux-aarch64) only, and {request.platform} was asked for"
    return None


def unusable() -> str | None:
    """Why nothing can be built on this machine, or None where it can."""
    from oci_mlflow_builders.uv.program import find_uv  # noqa: PLC0415 - only when it is asked

    if find_spec("rattler") is None:
        return "the package 'py-rattler' is not installed (pip install py-rattler)"
    if find_uv() is None:
        return "the program 'uv' is not installed (pip install uv)"
    return None
