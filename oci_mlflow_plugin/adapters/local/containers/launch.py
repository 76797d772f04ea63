"""What a supervisor is told about a container."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.local.containers.settings import settings_of

#: What the process that drives the engine sees of the variables of whoever started it: those that say which engine,
#: and those by which the login of a registry is found.
_PASSED_ON: Final = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "XDG_RUNTIME_DIR", "DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH",
    "DOCKER_CONFIG",
    "OCI_MLFLOW_REGISTRY_ENDPOINT",
)  # fmt: skip


def container_launch(
    deployment_id: str,
    desired: DesiredDeployment,
    artifact: Path,
    environ: Mapping[str, str],
    healthy_within: float,
) -> dict[str, Any]:
    """What the supervisor has to start; the container is changed only when this changes.

    Raises:
        InvalidRequestError: No image is named.
    """
    container = desired.container
    if container is None or not container.image:
        raise InvalidRequestError(
            "spec.runtime.spec.image is not given, so there is nothing to run", "Name an image that has the server."
        )
    return {
        "artifact": str(artifact),
        "container": settings_of(deployment_id, desired, container, healthy_within).to_plain(),
        "workers": 1,
        "variables": {name: environ[name] for name in _PASSED_ON if name in environ},
        "python_path": [str(Path(entry).absolute()) for entry in sys.path if entry],
    }


def container_name(deployment_id: str, generation: int) -> str:
    """The name of the container of one order; known before there is one, so that a killed process leaves none."""
    return f"oci-mlflow-{deployment_id.rpartition('.')[2][-16:]}-{generation}"
