"""How the server of an image begins and ends."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from integration.image_server.serving import image_server, laid_out


def test_health_says_why_the_model_is_not_ready_until_it_is(moody: Path, tmp_path: Path) -> None:
    with image_server(moody, tmp_path, {"MOODY_FOLDER": str(tmp_path)}, wait=False) as served:
        served.wait_for(lambda: any(line["level"] == "ERROR" for line in served.lines()))
        told = served.ask("GET", "/health")
        refused = served.predict({"inputs": ["x"]})
        (tmp_path / "well").touch()
        served.wait_for(served.is_ready)

    why = "the model does not answer its own input example: RuntimeError: not well yet"
    assert (told.status, told.json()) == (503, {"code": "ServiceUnavailable", "message": f"not ready: {why}"})
    assert (refused.status, refused.json()) == (told.status, told.json())


def test_whoever_was_told_that_it_is_ready_is_refused_by_nobody_afterwards(moody: Path, tmp_path: Path) -> None:
    (tmp_path / "well").touch()
    with image_server(moody, tmp_path, {"MOODY_FOLDER": str(tmp_path), "WEB_CONCURRENCY": "2"}) as served:
        statuses = {served.predict({"inputs": ["x"]}).status for _ in range(100)}

    assert statuses == {200}


def test_sigterm_lets_requests_that_were_begun_be_answered_and_refuses_new_ones(moody: Path, tmp_path: Path) -> None:
    (tmp_path / "well").touch()
    statuses: list[int] = []
    with image_server(moody, tmp_path, {"MOODY_FOLDER": str(tmp_path)}) as served:
        begun = threading.Thread(target=lambda: statuses.append(served.predict({"inputs": ["slow"]}).status))
        begun.start()
        served.wait_for((tmp_path / "slow").exists)

        served.process.terminate()
        served.wait_for(lambda: not _listens(served.port))
        answered_by_then = list(statuses)
        begun.join()
        status = served.process.wait(30)

    assert answered_by_then == []
    assert (statuses, status) == ([200], 0)


def test_sigterm_ends_connections_that_are_kept_open(moody: Path, tmp_path: Path) -> None:
    (tmp_path / "well").touch()
    with image_server(moody, tmp_path, {"MOODY_FOLDER": str(tmp_path)}) as served:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)) as connection:
            connection.request("GET", "/health")
            connection.getresponse().read()
            served.process.terminate()
            rest = connection.sock.recv(1 << 16)
        status = served.process.wait(20)

    assert (rest, status) == (b"", 0)


def test_sigterm_while_the_model_is_loaded_ends_with_status_0(moody: Path, tmp_path: Path) -> None:
    with image_server(moody, tmp_path, {"WEB_CONCURRENCY": "2"}, wait=False) as served:
        served.wait_for(lambda: "starting" in served.log.read_text())
        served.process.terminate()
        status = served.process.wait(30)

    assert status == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_model_that_cannot_be_loaded_ends_the_server_with_status_3(tmp_path: Path, workers: str) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "MLmodel").write_text("flavors:\n  python_function:\n    loader_module: nothing_like_it\n")

    with image_server(model, tmp_path / "served", {"WEB_CONCURRENCY": workers}, wait=False) as served:
        status = served.process.wait(120)

    errors = [line["message"] for line in served.lines() if line["level"] == "ERROR"]
    assert status == 3
    assert errors[0].startswith("the model cannot be loaded: ")
    assert "nothing_like_it" in errors[0]


def test_a_model_that_starts_threads_is_loaded_by_each_process(moody: Path, tmp_path: Path) -> None:
    (tmp_path / "well").touch()
    (tmp_path / "sitecustomize.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    told = {"MOODY_FOLDER": str(tmp_path), "WEB_CONCURRENCY": "2", "PYTHONPATH": str(tmp_path)}

    with image_server(moody, tmp_path, told) as served:
        served.wait_for(lambda: len(served.workers()) == 2)
        answer = served.predict({"inputs": ["x"]})

    reasons = [line.get("reason") for line in served.lines() if "for itself" in line["message"]]
    assert reasons == ["the model has started threads"]
    assert answer.status == 200


@pytest.mark.parametrize(
    ("variables", "status", "message"),
    [
        ({"WEB_CONCURRENCY": "many"}, 2, "WEB_CONCURRENCY has to be a whole number from 1 to 1024, got 'many'"),
        ({"OCI_MLFLOW_SERVER_PORT": "0"}, 2, "the port has to be a whole number from 1 to 65535, got '0'"),
        ({"OCI_MLFLOW_SERVER_MODEL": "/nowhere"}, 2, "there is no folder with an MLmodel file at /nowhere"),
    ],
)
def test_settings_that_cannot_be_used_end_the_server_with_a_sentence(
    moody: Path, tmp_path: Path, variables: dict[str, str], status: int, message: str
) -> None:
    told = _run(tmp_path, {"OCI_MLFLOW_SERVER_MODEL": str(moody), **variables})

    assert told.returncode == status
    assert [json.loads(line)["message"] for line in told.stdout.splitlines()] == [message]


def test_a_port_that_is_in_use_ends_the_server_with_a_sentence(moody: Path, tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        port = other.getsockname()[1]
        told = _run(tmp_path, {"OCI_MLFLOW_SERVER_MODEL": str(moody), "OCI_MLFLOW_SERVER_PORT": str(port)})

    message = f"cannot listen on 0.0.0.0, ports ({port},): Address already in use"
    assert (told.returncode, json.loads(told.stdout)["message"]) == (1, message)


def _run(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "oci_mlflow_server"]
    environ = {**os.environ, **variables}
    return subprocess.run(
        command, cwd=laid_out(folder), env=environ, capture_output=True, text=True, check=False, timeout=60
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
