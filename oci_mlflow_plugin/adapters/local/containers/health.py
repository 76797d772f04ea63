"""Whether a container is healthy, as OCI finds out: ``curl`` in the container asks ``/health``.

Source: OCI documentation, "Bring your own container".
"""

from __future__ import annotations

import time
from collections.abc import Callable

from oci_mlflow_plugin.adapters.local.containers.container import Container
from oci_mlflow_plugin.adapters.local.containers.faults import ContainerFault

_CURL = ["curl", "--fail", "--silent", "--show-error", "--max-time", "5", "--output", "/dev/null"]
#: Seconds between two questions: first, and at most.
_FIRST, _LONGEST = 0.2, 2.0
#: The line of a Dockerfile that adds it.
_ADDED = "RUN apt-get update && apt-get install -y --no-install-recommends curl"


def await_health(container: Container, pause: Callable[[float], bool]) -> bool:
    """Asks until it is healthy.

    Args:
        container: It runs.
        pause: Waits that many seconds; whether all is to end.

    Returns:
        Whether it is healthy; False where all is to end.

    Raises:
        ContainerFault: It has ended, has no ``curl``, or did not become healthy in time.
    """
    settings, between = container.settings, _FIRST
    deadline = time.monotonic() + settings.healthy_within
    while seen := _question(container):
        if time.monotonic() > deadline:
            raise ContainerFault(
                f"the container of {settings.image} did not become healthy within {settings.healthy_within:g} s "
                f"(GET /health on port {settings.health_check_port}): {seen}"
            )
        if pause(between):
            return False
        between = min(_LONGEST, between * 1.5)
    return True


def _question(container: Container) -> str:
    """Empty where it is healthy, else what ``curl`` says."""
    ended = container.ending()
    if ended:
        raise ContainerFault(ended)
    status, said = container.run([*_CURL, f"http://localhost:{container.settings.health_check_port}/health"])
    if _is_without_curl(status, said):
        raise ContainerFault(
            f"the image {container.settings.image} has no curl, by which OCI asks containers for their health; "
            f"in a Dockerfile on Debian or Ubuntu this adds it: {_ADDED}"
        )
    return "" if status == 0 else said or f"curl ends with status {status}"


def _is_without_curl(status: int, said: str) -> bool:
    """Engines say it in different ways: by the exit status of a shell, or by refusing the command."""
    lowered = said.lower()
    missing = "executable file not found" in lowered or "no such file or directory" in lowered
    return status in {-1, 126, 127} and "curl" in lowered and missing
