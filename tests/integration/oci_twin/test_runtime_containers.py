"""Container deployments run on an engine as the service runs them: mount, ports, variables, limits, health, logs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from integration.oci_twin.deployed_rig import Cloud
from integration.oci_twin.runtime_rig import wait_for
from oci_twin.environment import variables
from oci_twin.runtime.engine import LABEL
from oci_twin.twin import Twin
from rig.base_image.well_known import server_image
from rig.engine.found import docker
from rig.needed import lacking
from rig.registry import running as rig
from rig.registry.from_engine import log_in, push
from rig.registry.running import Registry

_SERVER = """
import json, os, signal, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200 if self.path in ("/health", "/models") else 404, {"asked": self.path})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print("asked for", body.decode(), flush=True)
        if self.headers.get("Accept", "").startswith("text/event-stream"):
            return self.stream()
        data = json.loads(body)
        self.answer(200, {"path": self.path, "saw": look(data) if isinstance(data, list) else data})

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number in range(3):
            self.wfile.write(b"data: %d\\n\\n" % number)
            self.wfile.flush()

    def answer(self, status, value):
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass

def look(names):
    return [os.environ.get(name) for name in names]

def writable(path):
    try:
        open(path, "w")
    except OSError:
        return False
    return True

# the first process of a container has no other end
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
print("may write:", writable("/opt/ds/model/deployed_model/new"), "arguments:", sys.argv[1:], flush=True)
ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Server).serve_forever()
"""
_RUN = ["python3", "/opt/ds/model/deployed_model/server.py"]


@attrs.frozen
class Boxes:
    """A twin with an engine, and images in its registry."""

    user: Cloud
    engine: str
    digests: Mapping[str, str]

    def deploy(self, files: Mapping[str, str], **environment: Any) -> tuple[str, Any]:
        """A deployment of an artifact with those files, and the work request in its end."""
        usual = {
            "environmentConfigurationType": "OCIR_CONTAINER",
            "image": "iad.ocir.io/team/server:1",
            "serverPort": 5001,
            "healthCheckPort": 5001,
            "entrypoint": _RUN,
            "cmd": ["5001"],
        }
        chosen = {key: value for key, value in {**usual, **environment}.items() if value is not None}
        return self.user.create(self.user.model_of(files), chosen)

    def lines(self) -> list[str]:
        return [line["message"] for line in self.user.twin.logs.lines(self.user.twin.log_id)]

    def containers(self) -> list[dict[str, Any]]:
        """What the engine says about the twin's containers; one may go between the two questions."""
        label = f"label={LABEL}={self.user.twin.state.folder / 'runtime'}"
        found = docker(self.engine, "ps", "--all", "--quiet", "--filter", label).stdout.split()
        told = [json.loads(docker(self.engine, "inspect", one).stdout) for one in found]
        return [container for of_one in told for container in of_one]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    reason = rig.missing()
    if reason is not None:
        lacking(reason)
    with rig.running(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="module")
def digests(engine: str, registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of the images with curl and without."""
    login = log_in(registry, tmp_path_factory.mktemp("login"))
    images = {"server": server_image(engine), "bare": server_image(engine, curl=False)}
    return {name: push(engine, image, registry, f"team/{name}:1", login) for name, image in images.items()}


@pytest.fixture
def boxes(engine: str, registry: Registry, digests: dict[str, str], tmp_path: Path) -> Iterator[Boxes]:
    url = f"http://{registry.user}:{registry.password}@{registry.address}"
    with Twin(registry=url, engine=engine, start_seconds=20) as twin:
        boxes = Boxes(Cloud(twin, tmp_path), engine, digests)
        yield boxes
    assert boxes.containers() == []


def test_an_image_serves_the_artifact_that_is_mounted_read_only(boxes: Boxes) -> None:
    deployment, work_request = boxes.deploy({"server.py": _SERVER})

    answer = boxes.user.predict(deployment, {"rows": [1]})

    assert work_request.status == "SUCCEEDED"
    assert answer == {"path": "/predict", "saw": {"rows": [1]}}
    wait_for(lambda: "may write: False arguments: ['5001']" in boxes.lines())


def test_variables_of_the_deployment_and_reserved_ones_are_there(boxes: Boxes) -> None:
    image = "iad.ocir.io/team/server:1"
    deployment, _ = boxes.deploy({"server.py": _SERVER}, environmentVariables={"COLOUR": "green"})

    names = ["COLOUR", "MODEL_DEPLOYMENT_OCID", "TENANCY_OCID", "CONTAINER_CUSTOM_IMAGE"]
    answer = boxes.user.predict(deployment, names)

    assert answer["saw"] == ["green", deployment, boxes.user.twin.tenancy_id, image]


def test_a_container_has_the_memory_of_its_shape_and_ports_of_loopback_alone(boxes: Boxes) -> None:
    boxes.deploy({"server.py": _SERVER})

    (container,) = boxes.containers()

    assert container["HostConfig"]["Memory"] == 16 * 1024**3
    assert {one["HostIp"] for ports in container["NetworkSettings"]["Ports"].values() for one in ports} == {"127.0.0.1"}


def test_what_the_container_prints_stands_in_the_predict_log(boxes: Boxes) -> None:
    deployment, _ = boxes.deploy({"server.py": _SERVER})

    boxes.user.predict(deployment, 7)

    wait_for(lambda: "asked for 7" in boxes.lines())


def test_an_image_is_deployed_by_its_digest(boxes: Boxes) -> None:
    deployment, work_request = boxes.deploy({"server.py": _SERVER}, imageDigest=boxes.digests["server"])

    assert work_request.status == "SUCCEEDED"
    assert boxes.user.predict(deployment, {})["path"] == "/predict"


def test_routes_that_are_declared_reach_the_container_without_predict(boxes: Boxes) -> None:
    endpoints = [{"endpointUriSuffix": "/models", "httpMethods": ["GET"]}]
    deployment, _ = boxes.deploy({"server.py": _SERVER}, customHttpEndpoints=endpoints)

    asked = {path: boxes.user.ask("GET", deployment, path) for path in ("/predict/models", "/predict/health")}

    assert {path: answer.status_code for path, answer in asked.items()} == {
        "/predict/models": 200,
        "/predict/health": 404,
    }
    assert asked["/predict/models"].json() == {"asked": "/models"}


def test_a_stream_of_the_container_is_handed_on(boxes: Boxes) -> None:
    deployment, _ = boxes.deploy({"server.py": _SERVER})

    answer = boxes.user.ask(
        "POST", deployment, "/predictWithResponseStream", json={}, headers={"Accept": "text/event-stream"}
    )

    assert (answer.status_code, answer.text) == (200, "data: 0\n\ndata: 1\n\ndata: 2\n\n")


def test_an_image_without_curl_cannot_be_found_healthy(boxes: Boxes) -> None:
    _, work_request = boxes.deploy({"server.py": _SERVER}, image="iad.ocir.io/team/bare:1")

    assert "the health check failed: curl is not in the image" in " ".join(boxes.user.errors(work_request))


def test_a_container_that_ends_fails_with_its_last_lines(boxes: Boxes) -> None:
    _, work_request = boxes.deploy({"server.py": "import sys\nsys.exit('no model here')\n"})

    reason = "the container of iad.ocir.io/team/server:1 ended with exit code 1"
    assert reason in " ".join(boxes.user.errors(work_request))
    assert "no model here" in boxes.user.logs(work_request)


def test_a_container_that_stays_sick_fails(boxes: Boxes) -> None:
    deployment, work_request = boxes.deploy({"server.py": _SERVER}, healthCheckPort=5002)

    reason = "the container of iad.ocir.io/team/server:1 did not become healthy within 20 s: curl: (7)"
    assert reason in " ".join(boxes.user.errors(work_request))
    assert boxes.user.state(deployment) == "FAILED"


def test_who_sources_its_env_sh_finds_the_registry_without_the_password(boxes: Boxes, registry: Registry) -> None:
    found = variables(boxes.user.twin)

    assert found["OCI_MLFLOW_REGISTRY_ENDPOINT"] == f"http://{registry.address}"


def test_an_image_that_is_not_in_the_registry_is_not_accessible(boxes: Boxes) -> None:
    _, work_request = boxes.deploy({"server.py": _SERVER}, image="iad.ocir.io/team/none:1")

    assert "image not accessible: iad.ocir.io/team/none:1" in " ".join(boxes.user.errors(work_request))


def test_a_program_that_is_not_in_the_image_is_told(boxes: Boxes) -> None:
    _, work_request = boxes.deploy({"server.py": _SERVER}, entrypoint=["/no/such/program"])

    told = " ".join(boxes.user.errors(work_request))
    assert "the container does not start: " in told
    assert "/no/such/program" in told


def test_another_model_is_served_by_a_container_of_its_own(boxes: Boxes) -> None:
    deployment, _ = boxes.deploy({"server.py": _SERVER})
    second = boxes.user.model_of({"server.py": _SERVER.replace('"path": self.path', '"path": "second"')})

    work_request = boxes.user.update_model(deployment, second)

    assert work_request.status == "SUCCEEDED"
    assert boxes.user.predict(deployment, {})["path"] == "second"
    wait_for(lambda: len(boxes.containers()) == 1)


def test_a_deleted_deployment_has_no_container(boxes: Boxes) -> None:
    deployment, _ = boxes.deploy({"server.py": _SERVER})

    boxes.user.ended(boxes.user.data_science.delete_model_deployment(deployment))

    wait_for(lambda: boxes.containers() == [])


def test_what_a_killed_twin_left_is_gone_with_the_next_one_on_its_folder(
    engine: str, registry: Registry, tmp_path: Path
) -> None:
    owner = f"{LABEL}={tmp_path / 'home' / 'runtime'}"
    left = [*("docker", "--host", engine, "run", "--detach", "--label", owner), server_image(engine), "sleep", "600"]
    subprocess.run(left, check=True, capture_output=True)

    with Twin(tmp_path / "home", registry=f"http://{registry.address}", engine=engine):
        found = docker(engine, "ps", "--all", "--quiet", "--filter", f"label={owner}").stdout

    assert found == ""
