"""The engine that somebody has on this machine: used as it is, and left as it was."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

#: On every image of the rig, and so on every container that is made of one.
LABEL = "oci-mlflow-plugin.rig"
_DEFAULT_SOCKET = Path("/var/run/docker.sock")
#: Seconds.
_PATIENCE = 20


def this_machines_engine() -> str | None:
    """What `DOCKER_HOST` has to be for the engine that answers here already, or None where none does."""
    host = os.environ.get("DOCKER_HOST") or f"unix://{_DEFAULT_SOCKET}"
    return host if answers(host) else None


def answers(host: str) -> bool:
    """Whether an engine answers there."""
    try:
        done = docker(host, "version", "--format", "{{.Server.Version}}")
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


def docker(host: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the ``docker`` command against the engine; its output is text."""
    command = ["docker", "--host", host, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)


def remove_of_tests(host: str, image: str = "") -> None:
    """Removes the containers and images that carry the rig's label; of `image` alone where it is named."""
    of_image = ["--filter", f"ancestor={image}"] if image else []
    _remove(host, ["rm", "--force"], ["ps", "--all", "--filter", f"label={LABEL}", *of_image])
    _remove(host, ["rmi", "--force"], ["images", "--filter", f"label={LABEL}", *([image] if image else [])])


def _remove(host: str, removal: list[str], listing: list[str]) -> None:
    found = docker(host, *listing, "--quiet").stdout.split()
    if found:
        docker(host, *removal, *dict.fromkeys(found))
