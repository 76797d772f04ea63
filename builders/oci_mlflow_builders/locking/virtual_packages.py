"""What the machines that an environment is for have of their own, in conda's words.

Source: conda documentation, "Managing virtual packages". They are the target's, never this machine's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oci_mlflow_core.model.environment import EnvironmentRequest, Platform

if TYPE_CHECKING:
    from rattler import GenericVirtualPackage

#: glibc of Oracle Linux 8, on which the service's images are built, for a request that names none.
USUAL_GLIBC = "2.28"
#: Of Oracle Linux 8's Red Hat compatible kernel, the oldest that the service could run.
_LINUX = "4.18"
#: What the drivers of every GPU shape can run.
_CUDA = "12"
_MACHINES = {
    Platform.LINUX_64: "x86_64",
    Platform.LINUX_AARCH64: "aarch64",
    Platform.OSX_64: "x86_64",
    Platform.OSX_ARM64: "m1",
}
_MACOS = "13.0"


def glibc_of(request: EnvironmentRequest) -> str:
    """The glibc of the target, such as ``2.28``; empty for a target without one."""
    return (request.glibc or USUAL_GLIBC) if request.platform.value.startswith("linux") else ""


def virtual_packages(request: EnvironmentRequest) -> dict[str, str]:
    """Name and version of each that the target has."""
    return dict(_named(request))


def _named(request: EnvironmentRequest) -> Iterator[tuple[str, str]]:
    yield "__unix", "0"
    glibc = glibc_of(request)
    if glibc:
        yield "__linux", _LINUX
        yield "__glibc", glibc
    else:
        yield "__osx", _MACOS
    if request.gpu:
        yield "__cuda", _CUDA


def for_rattler(request: EnvironmentRequest) -> list[GenericVirtualPackage]:
    """The same as rattler takes them, with the kind of processor."""
    from rattler import BuildString, GenericVirtualPackage, PackageName, Version  # noqa: PLC0415 - heavy

    named = [(name, version, "0") for name, version in virtual_packages(request).items()]
    return [
        GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))
        for name, version, build in [*named, ("__archspec", "1", _MACHINES[request.platform])]
    ]
