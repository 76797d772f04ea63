"""``python -m oci_twin``."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import oci
import psutil
import pytest
import requests
from integration.oci_twin.data_plane_rig import container
from integration.oci_twin.deployed_rig import Cloud
from integration.oci_twin.runtime_rig import ECHO, make_pack

TESTS = Path(__file__).resolve().parents[2]
SECONDS = 30


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Starts the command in a folder ``home`` and hands back its process and URL."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> tuple[subprocess.Popen[str], str]:
        process = _popen("--home", str(tmp_path / "home"), *options)
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        ready = re.fullmatch(r"ready (http://127\.0\.0\.1:\d+)\n", line)
        assert ready, line
        return process, ready[1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def _popen(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "oci_twin", *arguments]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=TESTS.parent
    )


def _sourced(path: Path) -> dict[str, str]:
    script = '. "$1"; env'
    shown = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(path)], capture_output=True, text=True, check=True, env={}
    )
    return dict(line.split("=", 1) for line in shown.stdout.splitlines() if "=" in line)


def _storage(home: Path, url: str) -> Any:
    config = oci.config.from_file(str(home / "config"))
    return oci.object_storage.ObjectStorageClient(config, service_endpoint=url)


def _user(folder: Path, url: str) -> Cloud:
    """Somebody who knows what the command wrote, and nothing else."""
    found = _sourced(folder / "home" / "env.sh")
    names = {name.removeprefix("TWIN_").lower(): value for name, value in found.items() if name.startswith("TWIN_")}
    config = oci.config.from_file(found["OCI_CONFIG_FILE"])
    known: Any = SimpleNamespace(**{**names, "url": url, "sdk_config": lambda: config})
    return Cloud(known, folder)


def test_its_folder_says_all_that_a_client_needs(started: Any, tmp_path: Path) -> None:
    _, url = started()

    found = _sourced(tmp_path / "home" / "env.sh")

    assert found["TWIN_URL"] == found["OCI_MLFLOW_ENDPOINT"] == url
    assert found["OCI_CONFIG_FILE"] == str(tmp_path / "home" / "config")
    assert found["OCI_MLFLOW_COMPARTMENT_ID"] == found["TWIN_COMPARTMENT_ID"]
    assert found["OCI_MLFLOW_PROJECT_ID"] == found["TWIN_PROJECT_ID"]
    assert found["TWIN_LOG_GROUP_ID"].startswith("ocid1.loggroup.")
    assert found["TWIN_LOG_ID"].startswith("ocid1.log.")
    storage = _storage(tmp_path / "home", url)
    assert storage.get_namespace().data == found["TWIN_NAMESPACE"]
    assert storage.get_bucket(found["TWIN_NAMESPACE"], found["TWIN_BUCKET"]).data.name == found["TWIN_BUCKET"]


def test_its_key_is_for_its_owner_only(started: Any, tmp_path: Path) -> None:
    started()

    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "home").iterdir() if path.is_file()}
    assert (modes["key.pem"], modes["issuer.pem"], modes["config"]) == (0o600, 0o600, 0o600)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_told_to_and_leaves_no_child(started: Any, number: signal.Signals) -> None:
    process, _ = started()
    children = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(number)

    assert process.wait(SECONDS) == 0
    assert not any(child.is_running() for child in children)
    assert process.stderr.read() == ""


def test_what_serves_deployments_ends_with_it(started: Any, tmp_path: Path) -> None:
    process, url = started()
    user = _user(tmp_path, url)
    user.put_pack(make_pack(tmp_path))
    deployment, work_request = user.create(user.model(ECHO))
    answer = user.predict(deployment, [1])
    serving = psutil.Process(process.pid).children(recursive=True)

    process.terminate()

    assert (work_request.status, answer) == ("SUCCEEDED", {"prediction": [1], "model": "model"})
    assert process.wait(SECONDS) == 0
    assert serving
    assert psutil.wait_procs(serving, timeout=SECONDS)[1] == []


def test_a_container_is_the_server_that_it_was_told(started: Any, tmp_path: Path) -> None:
    image = "iad.ocir.io/tests/serving:1"
    environment = {"environmentConfigurationType": "OCIR_CONTAINER", "image": image, "serverPort": 8080}
    with container() as server:
        _, url = started("--image", f"{image}={server}")
        user = _user(tmp_path, url)
        deployment, work_request = user.create(user.model_of({"MLmodel": ""}), environment)

        answer = user.predict(deployment, {"dataframe_split": {}})

    assert work_request.status == "SUCCEEDED"
    assert answer["path"] == "/predict"


def test_a_client_with_an_idle_connection_does_not_hold_it(started: Any, tmp_path: Path) -> None:
    process, url = started()
    storage = _storage(tmp_path / "home", url)
    storage.get_namespace()

    process.terminate()

    assert process.wait(SECONDS) == 0


def test_it_goes_on_after_it_was_killed(started: Any, tmp_path: Path) -> None:
    process, url = started()
    storage = _storage(tmp_path / "home", url)
    namespace = storage.get_namespace().data
    storage.put_object(namespace, "twin-bucket", "a", b"content" * 100_000)
    process.kill()
    process.wait(SECONDS)

    _, again = started()

    assert again == url
    assert storage.get_object(namespace, "twin-bucket", "a").data.content == b"content" * 100_000


def test_it_listens_where_it_is_told_to(started: Any) -> None:
    process, url = started()
    process.terminate()
    process.wait(SECONDS)

    _, again = started("--port", url.rpartition(":")[2])

    assert again == url


def test_a_port_that_is_taken_is_said(started: Any, tmp_path: Path) -> None:
    _, url = started()

    second = _popen("--home", str(tmp_path / "other"), "--port", url.rpartition(":")[2])
    out, err = second.communicate(timeout=SECONDS)

    assert (second.returncode, out) == (1, "")
    assert re.fullmatch(r"oci_twin: .*Address already in use\n", err)


def test_its_clock_stands_still_when_that_is_wanted(started: Any) -> None:
    _, url = started("--clock", "manual", "--runtime", "none", "--edit-rules", "lenient")

    before = requests.get(f"{url}/_twin/clock", timeout=10).json()
    after = requests.get(f"{url}/_twin/clock", timeout=10).json()

    assert before == after


def test_an_image_is_a_reference_and_a_url(tmp_path: Path) -> None:
    process = _popen("--home", str(tmp_path), "--image", "iad.ocir.io/ns/image:1")
    _, err = process.communicate(timeout=SECONDS)

    assert process.returncode == 2
    assert "'iad.ocir.io/ns/image:1' is no REF=URL" in err


@pytest.mark.parametrize("alone", [("--registry", "http://127.0.0.1:9"), ("--engine", "unix:///nowhere/docker.sock")])
def test_a_registry_and_an_engine_go_together(tmp_path: Path, alone: tuple[str, str]) -> None:
    process = _popen("--home", str(tmp_path), *alone)
    _, err = process.communicate(timeout=SECONDS)

    assert process.returncode == 2
    assert "--registry and --engine go together: the one has the images, the other runs them" in err


def test_an_engine_that_does_not_answer_is_said(tmp_path: Path) -> None:
    host = f"unix://{tmp_path}/docker.sock"
    process = _popen("--home", str(tmp_path), "--registry", "http://127.0.0.1:9", "--engine", host)
    out, err = process.communicate(timeout=SECONDS)

    assert (process.returncode, out) == (1, "")
    assert err == f"oci_twin: no container engine answers at {host}\n"
