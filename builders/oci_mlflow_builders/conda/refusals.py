"""What this builder cannot do, said before anything is begun. Imports nothing heavy: it is asked of every builder."""

from __future__ import annotations

import os

from oci_mlflow_core.model.environment import EnvironmentRequest


def refuses(request: EnvironmentRequest) -> str | None:
    """Why the environment cannot be made by this machine's conda, or None where it can."""
    from oci_mlflow_builders.uv.platforms import this_platform  # noqa: PLC0415 - only when it is asked

    here = this_platform()
    if here is not None and request.platform is not here:
        return f"it builds for the machine that it runs on ({here}), and {request.platform} was asked for"
    return None


def unusable() -> str | None:
    """Why nothing can be built on this machine, or None where it can."""
    from oci_mlflow_builders.conda.program import NoCondaError, find_conda  # noqa: PLC0415 - only when it is asked
    from oci_mlflow_builders.uv.platforms import this_platform  # noqa: PLC0415
    from oci_mlflow_builders.uv.program import find_uv  # noqa: PLC0415

    if this_platform() is None:
        return "it builds on Linux (x86-64, aarch64) only"
    if find_uv() is None:
        return "the program 'uv' is not installed (pip install uv)"
    try:
        find_conda(os.environ)
    except NoCondaError as fault:
        return str(fault)
    return None
