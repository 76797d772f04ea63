from __future__ import annotations

import os
import time
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient

from oci_mlflow_core.errors import ArtifactError, NoSuchModelError
from oci_mlflow_plugin.adapters.mlflow_artifacts.calling import calling
from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource


@pytest.mark.parametrize(
    ("uri", "pinned"),
    [
        ("models:/cancer/2", "models:/cancer/2"),
        ("models:/cancer/latest", "models:/cancer/7"),
        ("models:/cancer/Latest", "models:/cancer/7"),
        ("models:/cancer@champion", "models:/cancer/3"),
    ],
)
def test_registered_models_are_pinned_to_a_version(registry: str, uri: str, pinned: str) -> None:
    del registry

    version = MlflowArtifactSource().resolve(uri)

    assert (version.uri, version.pinned_uri, version.name) == (uri, pinned, "cancer")


@pytest.mark.filterwarnings("ignore:.*transition_model_version_stage.*:FutureWarning")
@pytest.mark.parametrize("stage", ["Production", "production"])
def test_stage_is_pinned_to_its_newest_version(registry: str, stage: str) -> None:
    client = MlflowClient(registry, registry)
    for version in ("2", "5"):
        client.transition_model_version_stage("cancer", version, "Production")

    assert MlflowArtifactSource().resolve(f"models:/cancer/{stage}").pinned_uri == "models:/cancer/5"


def test_tracking_uri_that_the_caller_sets_is_honoured(registry: str, tmp_path: Path) -> None:
    client = MlflowClient(registry, registry)
    (tmp_path / "other").mkdir()
    mlflow.set_registry_uri(f"sqlite:///{tmp_path}/other/mlflow.db")
    try:
        with pytest.raises(ArtifactError) as caught:
            MlflowArtifactSource().resolve("models:/cancer/1")
    finally:
        mlflow.set_registry_uri("")

    assert str(caught.value) == f"models:/cancer/1: there is no registry at 'sqlite:///{tmp_path}/other/mlflow.db'"
    assert list((tmp_path / "other").iterdir()) == []
    assert client.get_registered_model("cancer").name == "cancer"


@pytest.mark.parametrize(
    ("uri", "reason", "hint"),
    [
        ("models:/cancr/1", "there is no registered model 'cancr' in '{registry}'", "Did you mean 'cancer'?"),
        (
            "models:/zzz@champion",
            "there is no registered model 'zzz' in '{registry}'",
            "Registered models: cancer, churn, empty.",
        ),
        ("models:/cancer/9", "registered model 'cancer' has no version 9", "Its latest versions: 7, 6, 5, 4, 3, …."),
        ("models:/empty/latest", "registered model 'empty' has no version yet", ""),
        ("models:/empty/1", "registered model 'empty' has no version 1", "It has no version yet."),
        (
            "models:/cancer@chmpion",
            "registered model 'cancer' has no alias 'chmpion'",
            "Did you mean 'champion'? Its aliases: challenger (version 4), champion (version 3).",
        ),
        ("models:/churn@champion", "registered model 'churn' has no alias 'champion'", "It has no aliases."),
        (
            "models:/churn/Staging",
            "no version of registered model 'churn' is in stage 'Staging'",
            "Its latest versions: 1.",
        ),
        (
            "models:/cancer/champion",
            "'champion' is neither a version of registered model 'cancer', nor 'latest', nor a stage",
            "Did you mean the alias, models:/cancer@champion?",
        ),
        (
            "models:/churn",
            "it does not say which version of registered model 'churn' is meant",
            "Its latest versions: 1.",
        ),
        ("runs:/0123/model", "there is no run '0123' in '{registry}'", ""),
        ("/no/such/folder", "there is no folder '/no/such/folder'", ""),
    ],
)
def test_what_is_missing_is_named_with_what_is_there(registry: str, uri: str, reason: str, hint: str) -> None:
    with pytest.raises(NoSuchModelError) as caught:
        MlflowArtifactSource().resolve(uri)

    assert str(caught.value) == f"{uri}: {reason.format(registry=registry)}"
    assert caught.value.hint == hint


_FORMS = (
    "Model URIs of the registry are models:/NAME/VERSION, models:/NAME/latest, models:/NAME/STAGE, models:/NAME@ALIAS "
    "and models:/m-ID."
)


@pytest.mark.parametrize(
    ("uri", "reason", "hint"),
    [
        ("", "the model URI is empty", _FORMS),
        ("models:/", "this is not a model URI of the registry", _FORMS),
        ("models:cancer/1", "this is not a model URI of the registry", _FORMS),
        ("models:/cancer/1/code", "this is not a model URI of the registry", _FORMS),
        ("models:/cancer@", "this is not a model URI of the registry", _FORMS),
        (
            "models://host/cancer/1",
            "a model URI cannot name a host",
            "Name the registry in MLFLOW_REGISTRY_URI and leave the host out of the model URI.",
        ),
        ("runs:model", "this is not the URI of a run's model", "It has to be runs:/RUN_ID/PATH."),
    ],
)
def test_uri_of_no_known_form_is_an_error(uri: str, reason: str, hint: str) -> None:
    with pytest.raises(ArtifactError) as caught:
        MlflowArtifactSource().resolve(uri)

    assert (str(caught.value), caught.value.hint) == (f"{uri}: {reason}" if uri else reason, hint)


@pytest.mark.parametrize(("module", "package"), [("botocore", "boto3"), ("boto3", "boto3"), ("azure.core", "azure")])
def test_package_that_a_store_needs_is_named(module: str, package: str) -> None:
    with pytest.raises(ArtifactError) as caught, calling("s3://bucket/model"):
        raise ModuleNotFoundError(name=module)

    assert str(caught.value) == (
        f"s3://bucket/model: its store needs the Python package '{package}', which is not installed here"
    )


@pytest.mark.parametrize("form", ["absolute", "relative", "file:"])
def test_folder_is_pinned_to_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    folder = tmp_path / "my model"
    folder.mkdir()
    (folder / "MLmodel").touch()
    monkeypatch.chdir(tmp_path)
    uri = {"absolute": str(folder), "relative": "my model", "file:": folder.as_uri()}[form]

    assert MlflowArtifactSource().resolve(uri).pinned_uri == str(folder)


def test_folder_without_mlmodel_is_not_a_model(tmp_path: Path) -> None:
    with pytest.raises(NoSuchModelError) as caught:
        MlflowArtifactSource().resolve(str(tmp_path))

    assert str(caught.value) == (f"{tmp_path}: there is no MLmodel file in '{tmp_path}', so it is not an MLflow model")


def test_server_that_does_not_answer_is_told_soon_and_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9")
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    began = time.monotonic()

    with pytest.raises(ArtifactError) as caught:
        MlflowArtifactSource().resolve("models:/cancer/1")

    assert str(caught.value) == "models:/cancer/1: the MLflow server 'http://***@127.0.0.1:9' does not answer"
    assert caught.value.hint == "Check that MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI name it and that it runs."
    assert time.monotonic() - began < 20


def test_environment_is_left_as_it_was(registry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del registry
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "6")
    before = dict(os.environ)

    MlflowArtifactSource().resolve("models:/cancer/1")

    assert dict(os.environ) == before
