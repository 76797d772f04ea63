from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from mlflow import MlflowClient

from oci_mlflow_core.errors import ArtifactError, NoSuchModelError
from oci_mlflow_core.model.artifact import ModelOrigin, ModelVersion
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource


@pytest.fixture(scope="module")
def server(laid_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real MLflow server over a copy of the registry; it keeps one run's model as its own artifact."""
    root = tmp_path_factory.mktemp("server")
    shutil.copy(laid_out / "mlflow.db", root / "mlflow.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--backend-store-uri", f"sqlite:///{root}/mlflow.db", "--artifacts-destination", str(root / "artifacts")),
    ]
    # Its job runners are a dozen processes that nothing here needs.
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=environment)
    try:
        wait_until_healthy(port, process, root / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_healthy(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while not is_healthy(port):
        if time.monotonic() > end or process.poll() is not None:
            pytest.fail(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.2)


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture
def tracked(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    return server


def test_registered_model_is_resolved_read_and_fetched(tracked: str, laid_out: Path, tmp_path: Path) -> None:
    del tracked
    source = MlflowArtifactSource()

    version = source.resolve("models:/cancer@champion")
    facts = source.inspect(version)
    source.fetch(version, tmp_path, RecordingStep("fetch"))

    assert (version.pinned_uri, facts.mlflow_version) == ("models:/cancer/3", "2.16.0")
    assert names_below(tmp_path) == names_below(laid_out / "model")


def test_artifacts_that_the_server_keeps_are_fetched(tracked: str, laid_out: Path, tmp_path: Path) -> None:
    client = MlflowClient(tracked)
    run = client.create_run("0")
    client.log_artifacts(run.info.run_id, str(laid_out / "model"), "model")
    source = MlflowArtifactSource()

    for number, uri in enumerate([f"runs:/{run.info.run_id}/model", f"{run.info.artifact_uri}/model"]):
        to = tmp_path / str(number)
        to.mkdir()
        version = source.resolve(uri)
        assert source.inspect(version).mlflow_version == "2.16.0"
        source.fetch(version, to, RecordingStep("fetch"))
        assert names_below(to) == names_below(laid_out / "model")


@pytest.mark.parametrize(
    ("uri", "reason", "hint"),
    [
        ("models:/cancr/1", "there is no registered model 'cancr' in '{server}'", "Did you mean 'cancer'?"),
        ("models:/churn/9", "registered model 'churn' has no version 9", "Its latest versions: 1."),
        ("models:/churn@champion", "registered model 'churn' has no alias 'champion'", "It has no aliases."),
        ("runs:/0123/model", "there is no run '0123' in '{server}'", ""),
        ("mlflow-artifacts:/no/such", "there is no MLmodel file, so it is not an MLflow model", ""),
    ],
)
def test_what_is_missing_is_named_as_in_a_database(tracked: str, uri: str, reason: str, hint: str) -> None:
    with pytest.raises(NoSuchModelError) as caught:
        MlflowArtifactSource().resolve(uri)

    assert str(caught.value) == f"{uri}: {reason.format(server=tracked)}"
    assert caught.value.hint == hint


def test_version_is_linked_and_unlinked(tracked: str) -> None:
    source = MlflowArtifactSource()
    version = source.resolve("models:/churn/1")

    linked = source.link(version, {"served-by": "x"})
    while_linked = MlflowClient(tracked).get_model_version("churn", "1").tags
    unlinked = [source.unlink(version, ("served-by",)), source.unlink(version, ("served-by",))]

    assert (linked, while_linked, unlinked) == (True, {"served-by": "x"}, [True, True])
    assert MlflowClient(tracked).get_model_version("churn", "1").tags == {}


def test_registered_version_has_a_page_of_its_own(tracked: str) -> None:
    client = MlflowClient(tracked)
    client.create_registered_model("a b?", description="of the model; see https://me:secret@wiki.example.com")
    client.create_model_version("a b?", "s3://models/a?X-Amz-Signature=secret")
    source = MlflowArtifactSource()

    origin = source.origin(ModelVersion(uri="", pinned_uri="models:/a b?/1", name="a b?", version="1"))

    assert origin == ModelOrigin(
        tracking_uri=tracked,
        artifact_location="s3://models/a",
        registry_link=f"{tracked}/#/models/a%20b%3F/versions/1",
        description="of the model; see https://***@wiki.example.com",
    )


def test_password_of_the_tracking_server_is_in_no_part_of_the_origin(
    tracked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracked.replace("://", "://me:secret@"))
    source = MlflowArtifactSource()

    origin = source.origin(source.resolve("models:/cancer/3"))

    assert (origin.tracking_uri, origin.registry_link) == (tracked, f"{tracked}/#/models/cancer/versions/3")
    assert "secret" not in str(origin)


def test_served_versions_are_told_as_by_a_database(tracked: str) -> None:
    MlflowClient(tracked).set_model_version_tag("cancer", "5", "model-deployment-ocid", "by-tag")

    answer = MlflowArtifactSource().served(
        {"a": "models:/cancer/3", "b": "models:/cancer/4", "c": "models:/churn/1", "d": "models:/gone/1", "by-tag": ""}
    )

    assert answer == {
        "a": RegistryView(model_uri="models:/cancer/3", aliases=("champion",)),
        "b": RegistryView(model_uri="models:/cancer/4", aliases=("challenger",)),
        "c": RegistryView(model_uri="models:/churn/1"),
        "d": RegistryView(model_uri="models:/gone/1", registered=False),
        "by-tag": RegistryView(model_uri="models:/cancer/5"),
    }


def test_tags_of_a_version_are_read(tracked: str) -> None:
    MlflowClient(tracked).set_model_version_tag("cancer", "1", "team", "risk")
    source = MlflowArtifactSource()

    assert source.tags(source.resolve("models:/cancer/1")) == {"team": "risk"}


@pytest.mark.parametrize(
    ("status", "reason", "hint"),
    [
        (
            401,
            "'{shown}' refused the request with status 401",
            "Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
        ),
        (
            403,
            "'{shown}' refused the request with status 403",
            "Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
        ),
        (
            404,
            "'{shown}' answers, but not as an MLflow server does",
            "Check that MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI name an MLflow server, with its path prefix.",
        ),
    ],
)
def test_server_that_refuses_is_told_without_the_password(
    monkeypatch: pytest.MonkeyPatch, status: int, reason: str, hint: str
) -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(status)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Refusing) as refusing:
        threading.Thread(target=refusing.serve_forever, daemon=True).start()
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://me:secret@127.0.0.1:{refusing.server_port}")
        monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)

        with pytest.raises(ArtifactError) as caught:
            MlflowArtifactSource().resolve("models:/cancer/1")

        refusing.shutdown()
        shown = f"http://***@127.0.0.1:{refusing.server_port}"
        assert str(caught.value) == f"models:/cancer/1: {reason.format(shown=shown)}"
        assert caught.value.hint == hint


def names_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
