"""``env.sh``: what to source so that a plugin, a test or a person reaches the twin."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from oci_twin.twin import Twin


def variables(twin: Twin) -> dict[str, str]:
    """The names that this project's plugin reads, OCI's own, and those of the twin's things."""
    return {
        "OCI_CONFIG_FILE": str(twin.config_file),
        "OCI_MLFLOW_ENDPOINT": twin.url,
        "OCI_MLFLOW_COMPARTMENT_ID": twin.compartment_id,
        "OCI_MLFLOW_PROJECT_ID": twin.project_id,
        "TWIN_URL": twin.url,
        "TWIN_NAMESPACE": twin.namespace,
        "TWIN_BUCKET": twin.bucket,
        "TWIN_COMPARTMENT_ID": twin.compartment_id,
        "TWIN_PROJECT_ID": twin.project_id,
        "TWIN_LOG_GROUP_ID": twin.log_group_id,
        "TWIN_LOG_ID": twin.log_id,
        **_registry(twin),
    }


def _registry(twin: Twin) -> dict[str, str]:
    """Where the registry of every region answers; who logs in is the user's own affair."""
    return {"OCI_MLFLOW_REGISTRY_ENDPOINT": twin.registry_url} if twin.registry_url else {}


def write_environment(twin: Twin, path: Path) -> None:
    """Writes the file in one step, so that nobody sources half of it."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables(twin).items()]
    unfinished = path.with_suffix(".new")
    unfinished.write_text("".join(lines), encoding="utf-8")
    os.replace(unfinished, path)  # noqa: PTH105 - one spelling for moves that replace
