"""The platform names by which uv is told for which glibc wheels are to be chosen."""

from __future__ import annotations

import platform
import sys

from oci_mlflow_core.model.environment import LockedPython, Platform

#: uv's names end in these; source: ``uv pip compile --help``, "--python-platform".
_GLIBC_OF_UV = ((2, 17), (2, 28), *((2, minor) for minor in range(31, 41)))
#: Wheels of today are made for this glibc, that of the service's own image (Oracle Linux 8).
_USUAL = (2, 28)
#: The kind of a Python (see `LockedPython`) that conda brings.
CONDA = "conda"
_MACHINES = {Platform.LINUX_64: "x86_64", Platform.LINUX_AARCH64: "aarch64"}
_ARM = "arm64"


def this_platform() -> Platform | None:
    """The platform of this machine, or None where no environment for it can be named."""
    machine = "aarch64" if platform.machine() == _ARM else platform.machine()
    if sys.platform != "linux":
        return None
    return next((name for name, known in _MACHINES.items() if known == machine), None)


def uv_platform(target: Platform, python: LockedPython) -> str:
    """The target as uv calls it: wheels may need as much of glibc as the Python does, and what is usual anyway.

    A Python of conda names the glibc of the machines that it is for, and wheels must not need more than that.
    It depends on the lock alone, so that every machine that builds from one lock chooses the same wheels.
    """
    named = tuple(int(part) for part in python.glibc.split(".") if part)
    needed = named if named and python.kind == CONDA else max(_USUAL, named)
    major, minor = max((known for known in _GLIBC_OF_UV if known <= needed), default=_GLIBC_OF_UV[0])
    return f"{_MACHINES[target]}-manylinux_{major}_{minor}"
