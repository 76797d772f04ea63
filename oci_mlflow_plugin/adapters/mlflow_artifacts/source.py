"""MLflow as a source of models; imported only when one is asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_builders.growth import growth_told

from oci_mlflow_core.errors import NoSuchModelError
from oci_mlflow_core.model.artifact import FetchedModel, ModelFacts, ModelOrigin, ModelVersion
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.ports.artifact_source import ArtifactSource
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.mlflow_artifacts.absent import refuse_absent_registry
from oci_mlflow_plugin.adapters.mlflow_artifacts.calling import calling, is_missing
from oci_mlflow_plugin.adapters.mlflow_artifacts.facts import read_facts
from oci_mlflow_plugin.adapters.mlflow_artifacts.model_uris import (
    FolderUri,
    LoggedModelUri,
    RegisteredUri,
    RunUri,
    StoreUri,
    parse_model_uri,
)
from oci_mlflow_plugin.adapters.mlflow_artifacts.origin import read_origin, read_tags
from oci_mlflow_plugin.adapters.mlflow_artifacts.registry import Registry
from oci_mlflow_plugin.adapters.mlflow_artifacts.runs import find_in_run
from oci_mlflow_plugin.adapters.mlflow_artifacts.storage import MLMODEL, Storage
from oci_mlflow_plugin.adapters.mlflow_artifacts.stripping import stripped
from oci_mlflow_plugin.adapters.mlflow_artifacts.views import may_be_registered, read_views


class MlflowArtifactSource(ArtifactSource):
    """The registry, runs and artifact stores that MLflow is set up for in this process.

    Every call asks MLflow anew which tracking and registry URIs hold (environment, ``mlflow.set_tracking_uri``).
    """

    def resolve(self, model_uri: str) -> ModelVersion:
        """See `ArtifactSource.resolve`."""
        wanted = parse_model_uri(model_uri)
        if isinstance(wanted, FolderUri):
            return _folder(model_uri, wanted.path)
        with calling(model_uri):
            return _looked_up(model_uri, wanted)

    def inspect(self, version: ModelVersion) -> ModelFacts:
        """See `ArtifactSource.inspect`."""
        with tempfile.TemporaryDirectory(prefix="oci-mlflow-") as folder:
            workspace = Path(folder)
            with calling(version.uri, files_to=workspace):
                return read_facts(version, Storage.of(version), workspace)

    def fetch(self, version: ModelVersion, to: Path, step: Step) -> FetchedModel:
        """See `ArtifactSource.fetch`."""
        with calling(version.uri, files_to=to):
            storage = Storage.of(version)
            if not storage.has_model():
                raise NoSuchModelError(version.uri, "there is no MLmodel file, so it is not an MLflow model")
            with growth_told(to, step, storage.size()):
                storage.download("", to)
        return FetchedModel(path=to, version=version)

    def origin(self, version: ModelVersion) -> ModelOrigin:
        """See `ArtifactSource.origin`; nobody has to be asked about a folder or a place in an artifact store."""
        if not (version.name or version.model_id or version.run_id):
            return ModelOrigin(artifact_location=stripped(version.pinned_uri))
        with calling(version.uri):
            from mlflow import MlflowClient  # noqa: PLC0415

            return read_origin(MlflowClient(), version)

    def tags(self, version: ModelVersion) -> Mapping[str, str]:
        """See `ArtifactSource.tags`."""
        if not version.name or not version.version:
            return {}
        with calling(version.uri):
            from mlflow import MlflowClient  # noqa: PLC0415

            return read_tags(MlflowClient(), version.name, version.version)

    def served(self, deployments: Mapping[str, str]) -> Mapping[str, RegistryView]:
        """See `ArtifactSource.served`."""
        asked = {each: uri for each, uri in deployments.items() if may_be_registered(uri)}
        if not asked:
            return {}
        with calling("", once=True):
            return read_views(asked)

    def link(self, version: ModelVersion, tags: Mapping[str, str]) -> bool:
        """See `ArtifactSource.link`."""
        from mlflow import MlflowClient  # noqa: PLC0415

        if not version.name or not version.version:
            return False
        with calling(version.uri):
            client = MlflowClient()
            for key, value in tags.items():
                client.set_model_version_tag(version.name, version.version, key, value)
        return True

    def unlink(self, version: ModelVersion, keys: tuple[str, ...]) -> bool:
        """See `ArtifactSource.unlink`."""
        from mlflow import MlflowClient  # noqa: PLC0415

        if not version.name or not version.version:
            return False
        with calling(version.uri):
            client = MlflowClient()
            try:
                present = client.get_model_version(version.name, version.version).tags
            except Exception as fault:
                if is_missing(fault):  # deleted meanwhile, its tags with it
                    return False
                raise
            for key in keys:
                if key in present:
                    client.delete_model_version_tag(version.name, version.version, key)
        return True


def _folder(uri: str, path: Path) -> ModelVersion:
    if not path.is_dir():
        raise NoSuchModelError(uri, f"there is no folder '{path}'")
    if not (path / MLMODEL).is_file():
        raise NoSuchModelError(uri, f"there is no MLmodel file in '{path}', so it is not an MLflow model")
    return ModelVersion(uri=uri, pinned_uri=str(path))


def _looked_up(uri: str, wanted: RegisteredUri | LoggedModelUri | RunUri | StoreUri) -> ModelVersion:
    from mlflow import MlflowClient  # noqa: PLC0415

    match wanted:
        case RegisteredUri():
            refuse_absent_registry(uri)
            return Registry(MlflowClient()).find(uri, wanted)
        case LoggedModelUri():
            return Registry(MlflowClient()).find_logged(uri, wanted)
        case RunUri():
            return find_in_run(MlflowClient(), uri, wanted)
        case StoreUri():
            if not Storage.at(wanted.uri).has_model():
                raise NoSuchModelError(uri, "there is no MLmodel file, so it is not an MLflow model")
            return ModelVersion(uri=uri, pinned_uri=wanted.uri)
