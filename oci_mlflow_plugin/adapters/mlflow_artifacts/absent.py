"""Registries that are not there."""

from __future__ import annotations

import urllib.parse
import urllib.request
from pathlib import Path

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_plugin.adapters.mlflow_artifacts.calling import store_name

_HINT = "MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI name the registry that the models come from."


def refuse_absent_registry(model_uri: str) -> None:
    """MLflow makes the database or folder that it is set up for; whoever only looks shall not.

    Args:
        model_uri: What is looked for, for the error; empty where that is the registry.

    Raises:
        ArtifactError: There is no such database or folder.
    """
    import mlflow  # noqa: PLC0415

    parts = urllib.parse.urlsplit(mlflow.get_registry_uri())
    if parts.scheme.partition("+")[0] == "sqlite":
        path = urllib.parse.unquote(parts.path)[1:]
    elif parts.scheme in {"", "file"}:
        path = urllib.request.url2pathname(parts.path)
    else:
        return
    if path and path != ":memory:" and not Path(path).exists():
        raise ArtifactError(model_uri, f"there is no registry at '{store_name()}'", _HINT)
