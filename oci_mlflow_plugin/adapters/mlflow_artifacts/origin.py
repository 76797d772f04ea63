"""Where a model was made and is kept."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from oci_mlflow_core.model.artifact import ModelOrigin, ModelVersion
from oci_mlflow_core.planning.environment.place import without_credentials
from oci_mlflow_plugin.adapters.mlflow_artifacts.calling import unless_missing
from oci_mlflow_plugin.adapters.mlflow_artifacts.stripping import stripped

if TYPE_CHECKING:
    from mlflow import MlflowClient


def read_origin(client: MlflowClient, version: ModelVersion) -> ModelOrigin:
    """What the registry, the logged model and the run say; what was deleted meanwhile says nothing."""
    origin = _registered(client, version) if version.name else _logged(client, version)
    tags = _run_tags(client, version.run_id)
    return attrs.evolve(
        origin,
        tracking_uri=stripped(client.tracking_uri),
        repository_url=stripped(tags.get("mlflow.source.git.repoURL", "")),
        git_branch=tags.get("mlflow.source.git.branch", ""),
        git_commit=tags.get("mlflow.source.git.commit", ""),
        training_script=stripped(tags.get("mlflow.source.name", "")),
    )


def read_tags(client: MlflowClient, name: str, version: str) -> Mapping[str, str]:
    """The tags of a registered version; none where it was deleted."""
    found = unless_missing(lambda: client.get_model_version(name, version))
    return dict(found.tags) if found else {}


def _registered(client: MlflowClient, version: ModelVersion) -> ModelOrigin:
    name, number = str(version.name), str(version.version)
    found = unless_missing(lambda: client.get_model_version(name, number))
    if found is None:
        return ModelOrigin()
    description = found.description or client.get_registered_model(name).description or ""
    location = unless_missing(lambda: client.get_model_version_download_uri(name, number)) or found.source or ""
    return ModelOrigin(
        artifact_location=stripped(location),
        registry_link=_registry_link(name, number),
        description=without_credentials(description),
    )


def _registry_link(name: str, version: str) -> str:
    """Only a registry that is asked over HTTP has pages."""
    import mlflow  # noqa: PLC0415

    registry = stripped(mlflow.get_registry_uri()).rstrip("/")
    if not registry.startswith(("http://", "https://")):
        return ""
    return f"{registry}/#/models/{urllib.parse.quote(name, safe='')}/versions/{version}"


def _logged(client: MlflowClient, version: ModelVersion) -> ModelOrigin:
    """The files of a logged model, or else of the run."""
    if version.model_id:
        model_id = version.model_id
        model = unless_missing(lambda: client.get_logged_model(model_id))
        return ModelOrigin(artifact_location=stripped(model.artifact_location) if model else "")
    run = unless_missing(lambda: client.get_run(str(version.run_id)))
    path = version.pinned_uri.removeprefix(f"runs:/{version.run_id}")
    return ModelOrigin(artifact_location=stripped(f"{run.info.artifact_uri}{path}") if run else "")


def _run_tags(client: MlflowClient, run_id: str | None) -> Mapping[str, str]:
    run = unless_missing(lambda: client.get_run(run_id)) if run_id else None
    return run.data.tags if run else {}
