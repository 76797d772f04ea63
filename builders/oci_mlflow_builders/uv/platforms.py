"""The platform names by which uv is told for which glibc wheels are to be chosen."""

from __future__ import annotations

import platform
import sys

from oci_mlflow_core.model.environment import Platform

#: uv's names end in these; source: ``uv pip compile --help``, "--python-platform".
_GLIBC_OF_UV = ((2, 17), (2, 28), *((2, minor) for minor in range(31, 41)))
#: Wheels of today are made for this glibc, that of the service's own image (Oracle Linux 8).
_USUAL = (2, 28)
_MACHINES = {Platform.LINUX_64: "x86_64", Platform.LINUX_AARCH64: "aarch64"}
_ARM = "arm64"


def this_platform() -> Platform | None:
    """The platform of this machine, or None where no environment for it can be named."""
    machine = "aarch64" if platform.machine() == _ARM else platform.machine()
    if sys.platform != "linux":
        return None
    return next((name for name, known in _MACHINES.items() if known == machine), None)


def uv_platform(target: Platform, glibc: str) -> str:
    """The target as uv calls it: wheels may need as much of glibc as the Python does, and what is usual anyway.

    It depends on the lock alone, so that every machine that builds from one lock chooses the same wheels.
    """
    needed = max(_USUAL, tuple(int(part) for part in glibc.split(".") if part))
    major, minor = max(known for known in _GLIBC_OF_UV if known <= needed)
    return f"{_MACHINES[target]}-manylinux_{major}_{minor}"
