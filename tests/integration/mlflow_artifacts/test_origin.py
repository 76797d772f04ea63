from __future__ import annotations

import socket
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.artifact import ModelOrigin, ModelVersion
from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource

IS_MLFLOW_3 = int(mlflow.__version__.split(".")[0]) >= 3
TAGS = {
    "mlflow.source.git.repoURL": "https://secret@git.example.com/cancer",
    "mlflow.source.git.branch": "main",
    "mlflow.source.git.commit": "c0ffee",
    "mlflow.source.name": "https://secret@git.example.com/cancer#train.py",
}


def origin_of(uri: str) -> ModelOrigin:
    source = MlflowArtifactSource()
    return source.origin(source.resolve(uri))


def run_with_tags(registry: str) -> str:
    return str(MlflowClient(registry, registry).create_run("0", tags=TAGS).info.run_id)


def test_description_of_a_version_comes_before_the_models(registry: str, laid_out: Path) -> None:
    client = MlflowClient(registry, registry)
    client.update_registered_model("churn", "of the model")
    client.create_model_version("churn", (laid_out / "model").as_uri(), description="of the version")

    assert [origin_of(f"models:/churn/{version}").description for version in (1, 2)] == [
        "of the model",
        "of the version",
    ]


def test_version_without_a_run_is_known_by_its_store(registry: str, laid_out: Path) -> None:
    assert origin_of("models:/cancer/3") == ModelOrigin(
        tracking_uri=registry, artifact_location=(laid_out / "model").as_uri()
    )


def test_run_that_was_deleted_for_good_tells_nothing(registry: str, laid_out: Path) -> None:
    MlflowClient(registry, registry).create_model_version("churn", (laid_out / "model").as_uri(), run_id="0" * 32)

    assert origin_of("models:/churn/2").git_commit == ""


def test_a_run_tells_its_source(registry: str, laid_out: Path, tmp_path: Path) -> None:
    client = MlflowClient(registry, registry)
    run = client.create_run(client.create_experiment("e", artifact_location=(tmp_path / "a").as_uri()), tags=TAGS)
    client.log_artifacts(run.info.run_id, str(laid_out / "model"), "nested/model")

    assert origin_of(f"runs:/{run.info.run_id}/nested/model") == ModelOrigin(
        tracking_uri=registry,
        artifact_location=f"{run.info.artifact_uri}/nested/model",
        repository_url="https://git.example.com/cancer",
        git_branch="main",
        git_commit="c0ffee",
        training_script="https://git.example.com/cancer#train.py",
    )


@pytest.mark.skipif(not IS_MLFLOW_3, reason="logged models came with MLflow 3")
def test_a_logged_model_tells_where_it_lies_and_its_runs_source(registry: str, laid_out: Path) -> None:
    client = MlflowClient(registry, registry)
    model = client.create_logged_model("0", name="model", source_run_id=run_with_tags(registry))
    client.log_model_artifacts(model.model_id, str(laid_out / "model"))

    origin = origin_of(f"models:/{model.model_id}")

    assert (origin.artifact_location, origin.git_commit, origin.registry_link) == (
        model.artifact_location,
        "c0ffee",
        "",
    )


def test_a_folder_needs_nobody_to_be_asked(laid_out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "file:///proc/nowhere")
    model = str(laid_out / "model")

    source = MlflowArtifactSource()
    version = source.resolve(model)

    assert (source.origin(version), source.tags(version)) == (ModelOrigin(artifact_location=model), {})


@pytest.mark.parametrize("question", ["origin", "tags"])
def test_registry_that_is_away_is_one_sentence(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://me:secret@{server}")
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    version = ModelVersion(uri="models:/a/1", pinned_uri="models:/a/1", name="a", version="1")

    with pytest.raises(ArtifactError) as caught:
        getattr(MlflowArtifactSource(), question)(version)

    assert str(caught.value) == f"models:/a/1: the MLflow server 'http://***@{server}' does not answer"
