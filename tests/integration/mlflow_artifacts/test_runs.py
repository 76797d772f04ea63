from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient

from oci_mlflow_core.errors import ArtifactError, NoSuchModelError
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource

IS_MLFLOW_3 = int(mlflow.__version__.split(".")[0]) >= 3


@pytest.fixture
def run(registry: str, laid_out: Path, tmp_path: Path) -> Any:
    """A run with a model among its own files, as MLflow 2 logs them."""
    client = MlflowClient(registry, registry)
    experiment = client.create_experiment("e", artifact_location=(tmp_path / "artifacts").as_uri())
    run = client.create_run(experiment)
    client.log_artifacts(run.info.run_id, str(laid_out / "model"), "nested/model")
    return run


def test_model_of_a_run_is_found_and_fetched(run: Any, tmp_path: Path) -> None:
    source = MlflowArtifactSource()
    (tmp_path / "to").mkdir()

    version = source.resolve(f"runs:/{run.info.run_id}/nested/model/")
    source.fetch(version, tmp_path / "to", RecordingStep("fetch"))

    assert version.pinned_uri == f"runs:/{run.info.run_id}/nested/model"
    assert (version.run_id, version.name, version.suggested_name) == (run.info.run_id, None, "model")
    assert (tmp_path / "to" / "MLmodel").is_file()


def test_path_without_a_model_is_an_error_that_says_what_is_there(run: Any) -> None:
    uri = f"runs:/{run.info.run_id}/nestd"

    with pytest.raises(NoSuchModelError) as caught:
        MlflowArtifactSource().resolve(uri)

    assert str(caught.value) == f"{uri}: run '{run.info.run_id}' has no MLflow model at 'nestd'"
    assert caught.value.hint == "Did you mean 'nested'?"


@pytest.mark.skipif(not IS_MLFLOW_3, reason="logged models came with MLflow 3")
class TestLoggedModels:
    @pytest.fixture
    def logged(self, run: Any, registry: str, laid_out: Path) -> Any:
        client = MlflowClient(registry, registry)
        models = [
            client.create_logged_model(run.info.experiment_id, name="model", source_run_id=run.info.run_id)
            for _ in range(2)
        ]
        for model in models:
            client.log_model_artifacts(model.model_id, str(laid_out / "model"))
        return models[-1]

    def test_logged_model_is_found_by_its_id(self, logged: Any, tmp_path: Path) -> None:
        source = MlflowArtifactSource()
        (tmp_path / "to").mkdir()

        version = source.resolve(f"models:/{logged.model_id}")
        source.fetch(version, tmp_path / "to", RecordingStep("fetch"))

        assert (version.model_id, version.run_id) == (logged.model_id, logged.source_run_id)
        assert (tmp_path / "to" / "MLmodel").is_file()

    def test_newest_logged_model_of_a_run_is_found_by_its_name(self, logged: Any) -> None:
        version = MlflowArtifactSource().resolve(f"runs:/{logged.source_run_id}/model")

        assert version.model_id == logged.model_id

    def test_logged_model_that_is_missing_is_an_error(self, registry: str) -> None:
        with pytest.raises(NoSuchModelError) as caught:
            MlflowArtifactSource().resolve("models:/m-0123")

        assert str(caught.value) == f"models:/m-0123: there is no logged model 'm-0123' in '{registry}'"


@pytest.mark.skipif(IS_MLFLOW_3, reason="MLflow 3 has logged models")
def test_logged_models_need_mlflow_3(registry: str) -> None:
    del registry

    with pytest.raises(ArtifactError) as caught:
        MlflowArtifactSource().resolve("models:/m-0123")

    assert str(caught.value) == ("models:/m-0123: logged models need MLflow 3, and an older one is installed here")
