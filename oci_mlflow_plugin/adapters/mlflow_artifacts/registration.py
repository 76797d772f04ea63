"""Registers MLflow as a source of models; imports nothing of MLflow."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.hookspecs import ArtifactSourceDescriptor, hookimpl
from oci_mlflow_core.model.target import Session
from oci_mlflow_core.ports.artifact_source import ArtifactSource


@hookimpl
def oci_mlflow_register_artifact_sources() -> Iterable[ArtifactSourceDescriptor]:
    """The registry and the artifact stores that MLflow is set up for."""
    yield ArtifactSourceDescriptor(
        name="mlflow",
        summary="MLflow's model registry, runs, logged models, folders and artifact stores",
        factory=_source,
    )


def _source(_session: Session) -> ArtifactSource:
    from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource  # noqa: PLC0415

    return MlflowArtifactSource()
