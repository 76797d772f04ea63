"""A file that stands for a container from before it is made until it is gone: what a killed process leaves is found."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from oci_mlflow_core.errors import ServiceError
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.containers.engine import engine_of
from oci_mlflow_plugin.adapters.local.records import folders
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, readable_json, replace_json
from oci_mlflow_plugin.adapters.local.supervision.held import is_held


def mark(folder: DeploymentFolder, generation: int, name: str, environ: Mapping[str, str]) -> Path:
    """Writes down that a container of that name is about to be made, in the engine of those variables."""
    folder.containers.mkdir(exist_ok=True)
    path = folder.container(generation)
    engine = {key: value for key, value in environ.items() if key.startswith("DOCKER_")}
    replace_json(path, {"name": name, "engine": engine})
    return path


def remove_marked(path: Path) -> None:
    """Removes the container that the file stands for, and the file.

    Raises:
        ServiceError: The engine refuses, or has gone.
        InvalidRequestError: The SDK is not installed any more.
    """
    marked = readable_json(path)
    if marked.get("name"):
        with engine_of({**_without_engine(), **marked.get("engine", {})}) as engine:
            engine.remove(str(marked["name"]))
    path.unlink(missing_ok=True)


def remove_left(folder: DeploymentFolder) -> None:
    """`remove_marked` for all that processes of the deployment have left."""
    for path in sorted(folder.containers.glob("*.json")):
        remove_marked(path)


def remove_abandoned(home: Home) -> None:
    """`remove_left` for the deployments whose processes are all gone; an engine that does not answer keeps its own."""
    for folder in folders(home):
        if not (is_held(folder.supervisor_lock) or is_held(folder.processes_lock)):
            with suppress(ServiceError, OSError):
                remove_left(folder)


def _without_engine() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("DOCKER_")}
