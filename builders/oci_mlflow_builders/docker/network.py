"""Whether a container needs a network, and which."""

from __future__ import annotations

import sys

from oci_mlflow_builders.docker.engine import Engine, error
from oci_mlflow_builders.docker.pip_sources import PipSources

#: None at all: what everything that lies on this machine already is installed in.
NONE = "none"
#: This machine's own.
OF_THIS_MACHINE = "host"
#: What the engine does by itself.
USUAL = ""


def network_for(sources: PipSources, engine: Engine, *, offline: bool) -> str:
    """The network of the container.

    Raises:
        BuildError: An index or proxy is on this machine only, and containers cannot share its network.
    """
    if offline:
        return NONE
    if not sources.on_loopback:
        return USUAL
    if engine.is_here and sys.platform == "linux":
        return OF_THIS_MACHINE
    raise error(
        f"a package index or proxy is at {' and '.join(sources.on_loopback)}, which means the container itself in one",
        "Give it by a name that containers reach, such as host.docker.internal, or build with -C builder=rattler.",
    )
