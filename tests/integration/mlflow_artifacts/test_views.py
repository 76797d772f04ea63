"""What the registry says of the versions that deployments serve."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mlflow import MlflowClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_plugin.adapters.mlflow_artifacts import views
from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource

HINT = "MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI name the registry that the models come from."


@pytest.mark.filterwarnings("ignore:.*transition_model_version_stage.*:FutureWarning")
def test_several_versions_of_one_model_keep_their_own_aliases_and_stages(registry: str) -> None:
    MlflowClient(registry, registry).transition_model_version_stage("cancer", "4", "Production")

    assert MlflowArtifactSource().served(
        {"a": "models:/cancer/3", "b": "models:/cancer/4", "c": "models:/cancer/5", "d": "models:/cancer/9"}
    ) == {
        "a": RegistryView(model_uri="models:/cancer/3", aliases=("champion",)),
        "b": RegistryView(model_uri="models:/cancer/4", aliases=("challenger",), stage="Production"),
        "c": RegistryView(model_uri="models:/cancer/5"),
        "d": RegistryView(model_uri="models:/cancer/9", registered=False),
    }


def test_versions_of_a_model_that_is_gone_are_no_longer_registered(registry: str) -> None:
    MlflowClient(registry, registry).delete_registered_model("cancer")

    answer = MlflowArtifactSource().served({"a": "models:/cancer/3", "b": "models:/cancer/4", "c": "models:/churn/1"})

    assert [answer[each].registered for each in "abc"] == [False, False, True]


def test_deployments_of_one_version_share_its_view(registry: str) -> None:
    del registry

    answer = MlflowArtifactSource().served({"a": "models:/churn/1", "b": "models:/churn/01"})

    assert answer["a"] == answer["b"] == RegistryView(model_uri="models:/churn/1")


def test_tags_of_other_deployments_of_the_version_count_too(registry: str) -> None:
    client = MlflowClient(registry, registry)
    for key, value in (("model-deployment-ocid", "latest"), ("model-deployment-ocid.earlier", "earlier")):
        client.set_model_version_tag("churn", "1", key, value)

    answer = MlflowArtifactSource().served({"latest": "", "earlier": "models:/churn/latest", "unknown": ""})

    assert {each: view.model_uri for each, view in answer.items()} == {
        "latest": "models:/churn/1",
        "earlier": "models:/churn/1",
    }


def test_a_quote_in_a_name_is_part_of_the_name(registry: str, laid_out: Path) -> None:
    client = MlflowClient(registry, registry)
    client.create_registered_model("it's")
    for _ in range(2):
        client.create_model_version("it's", (laid_out / "model").as_uri())

    answer = MlflowArtifactSource().served({"a": "models:/it's/1", "b": "models:/it's/2"})

    assert [view.registered for view in answer.values()] == [True, True]


def test_many_versions_of_one_model_are_asked_about_together(registry: str, laid_out: Path) -> None:
    client = MlflowClient(registry, registry)
    for _ in range(40):
        client.create_model_version("churn", (laid_out / "model").as_uri())
    served = {str(number): f"models:/churn/{number}" for number in range(1, 41)}

    with statements() as few:
        MlflowArtifactSource().served({number: served[number] for number in ("1", "40")})
    with statements() as many:
        answer = MlflowArtifactSource().served(served)

    assert len(answer) == 40
    assert len(many) == len(few) > 0


def test_every_model_of_many_is_answered_for(registry: str, laid_out: Path) -> None:
    client = MlflowClient(registry, registry)
    names = [f"model {number}" for number in range(20)]
    for name in names:
        client.create_registered_model(name)
        client.create_model_version(name, (laid_out / "model").as_uri())
        client.set_registered_model_alias(name, f"of-{name.replace(' ', '-')}", "1")

    answer = MlflowArtifactSource().served({name: f"models:/{name}/1" for name in names})

    assert {name: view.aliases for name, view in answer.items()} == {
        name: (f"of-{name.replace(' ', '-')}",) for name in names
    }


def test_models_that_were_never_registered_need_no_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/none.db")

    uris = (str(tmp_path), "runs:/0123/model", "models:/m-0123", "s3://bucket/model")
    assert MlflowArtifactSource().served({uri: uri for uri in uris}) == {}


@pytest.mark.parametrize("uri", ["sqlite:///{folder}/none.db", "{folder}/none", "file://{folder}/none"])
def test_a_registry_that_does_not_exist_is_not_made(uri: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = uri.format(folder=tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", named)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)

    with pytest.raises(ArtifactError) as caught:
        MlflowArtifactSource().served({"a": "models:/cancer/1"})

    assert (str(caught.value), caught.value.hint) == (f"there is no registry at '{named}'", HINT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("oracle+nodriver://db/mlflow", "MLflow cannot read the registry: "),
        ("mssql+pyodbc://db/mlflow", "the registry's store needs the Python package 'pyodbc', which is not installed"),
    ],
)
def test_a_registry_that_cannot_be_opened_is_named(uri: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)

    with pytest.raises(ArtifactError) as caught:
        MlflowArtifactSource().served({"a": "models:/cancer/1"})

    assert str(caught.value).startswith(told)


def test_a_server_that_hangs_up_is_asked_once_whatever_the_user_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "7")
    with hanging_up() as (port, calls):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
        monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)

        with pytest.raises(ArtifactError) as caught:
            MlflowArtifactSource().served({str(number): f"models:/model {number}/1" for number in range(50)})

    assert str(caught.value) == f"the MLflow server 'http://127.0.0.1:{port}' does not answer"
    assert len(calls) == 1


def test_a_silent_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_PATIENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
        monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
        begun = time.monotonic()

        with pytest.raises(ArtifactError) as caught:
            MlflowArtifactSource().served({"a": "models:/cancer/1"})

        assert time.monotonic() - begun < 4
    reason = f"the registry 'http://127.0.0.1:{port}' has not answered within 1 seconds"
    assert (str(caught.value), caught.value.hint) == (reason, HINT)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every SELECT of a table that is sent to a database."""
    sent: list[str] = []

    def remember(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and "FROM model_versions" in statement:
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", remember)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", remember)


@contextmanager
def hanging_up() -> Iterator[tuple[int, list[object]]]:
    """A server that ends every connection at once, its port, and the connections that there were."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, caller = server.accept()
                except OSError:
                    return
                calls.append(caller)
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)
