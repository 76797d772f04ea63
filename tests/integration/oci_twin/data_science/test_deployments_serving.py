"""Deployments with a runtime: what serves is a real server, which stands for a container image."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from integration.oci_twin.conftest import new_client
from integration.oci_twin.data_science.rig import Science, change, container, serving, single
from oci.exceptions import ServiceError
from oci.model_deployment import ModelDeploymentClient

CONFIGURATION = "modelDeploymentConfigurationDetails"
IMAGE = "iad.ocir.io/twin/serving:%s"
SECONDS = 20


class _Answering(BaseHTTPRequestHandler):
    """Answers with the name of its server."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(str(self.server.name).encode())  # type: ignore[attr-defined]

    def _answer(self, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - so the base class calls it
        """Keeps quiet."""


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    """URLs of two servers, by the images that they stand for."""
    made = []
    for tag in ("1", "2"):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
        server.name = f"server {tag}"  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        made.append(server)
    yield {IMAGE % tag: f"http://127.0.0.1:{it.server_port}" for tag, it in zip(("1", "2"), made, strict=True)}
    for server in made:
        server.shutdown()
        server.server_close()


@pytest.fixture
def science(servers: dict[str, str]) -> Iterator[Science]:
    with serving(runtime="real", images=servers) as made:
        yield made


def _details(science: Science, model_id: str, tag: str) -> dict[str, Any]:
    configuration = single(model_id, environment=container(image=IMAGE % tag))
    return {**science.deployment_details(model_id), CONFIGURATION: configuration}


def _settled(science: Science, deployment_id: str) -> str:
    """Looks until what is on its way has ended, which takes the time that it takes."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if not science.state(deployment_id).endswith("ING"):
            break
        time.sleep(0.02)
    return science.state(deployment_id)


def _predicted(science: Science, deployment_id: str) -> str:
    client = new_client(science.twin, ModelDeploymentClient)
    return str(client.predict(deployment_id, {}).data)


def _predicted_at_last(science: Science, deployment_id: str) -> str:
    """The prediction of a deployment whose server is still starting."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            return _predicted(science, deployment_id)
        except ServiceError as error:  # noqa: PERF203 - it is tried until it works
            assert error.status == HTTPStatus.SERVICE_UNAVAILABLE  # noqa: PT017 - any other is a failure at once
            time.sleep(0.02)
    raise AssertionError("Nothing served in time.")


def test_a_deployment_answers_by_what_its_runtime_serves(science: Science) -> None:
    deployment_id = science.create(_details(science, science.model(), "1"))

    assert _settled(science, deployment_id) == "ACTIVE"
    assert _predicted(science, deployment_id) == "server 1"


def test_an_image_that_cannot_be_read_fails_the_deployment_with_its_cause(science: Science) -> None:
    response = science.client.create_model_deployment(_details(science, science.model(), "none"))

    state = _settled(science, response.data.id)

    shown = science.client.get_model_deployment(response.data.id).data
    errors = science.client.list_work_request_errors(response.headers["opc-work-request-id"]).data
    assert (state, shown.lifecycle_details) == ("FAILED", "image not accessible: iad.ocir.io/twin/serving:none")
    assert [error.message for error in errors] == [shown.lifecycle_details]


def test_an_update_changes_what_serves_once_the_new_one_is_ready(science: Science) -> None:
    model_id = science.model()
    deployment_id = science.create(_details(science, model_id, "1"))
    _settled(science, deployment_id)
    environment = container(image=IMAGE % "2")

    science.update(deployment_id, **{CONFIGURATION: change(model_id, environment=environment)})

    assert _settled(science, deployment_id) == "ACTIVE"
    assert _predicted(science, deployment_id) == "server 2"


def test_the_old_one_serves_until_the_update_ends(science: Science) -> None:
    model_id = science.model()
    deployment_id = science.create(_details(science, model_id, "1"))
    _settled(science, deployment_id)
    science.twin.outcomes.stall_next("MODEL_DEPLOYMENT_UPDATE")
    environment = container(image=IMAGE % "2", predictApiSpecification="openai")

    science.update(deployment_id, **{CONFIGURATION: change(model_id, environment=environment)})
    before = [(science.state(deployment_id), _predicted(science, deployment_id)) for _ in range(3)]
    science.twin.outcomes.release()
    _settled(science, deployment_id)

    assert before == [("UPDATING", "server 1")] * 3
    assert _predicted(science, deployment_id) == "server 2"


def test_a_failed_update_leaves_the_old_one_serving(science: Science) -> None:
    model_id = science.model()
    deployment_id = science.create(_details(science, model_id, "1"))
    _settled(science, deployment_id)
    environment = container(image=IMAGE % "none")

    science.update(deployment_id, **{CONFIGURATION: change(model_id, environment=environment)})

    shown_state = _settled(science, deployment_id)
    shown = science.client.get_model_deployment(deployment_id).data
    own = shown.model_deployment_configuration_details.environment_configuration_details
    assert (shown_state, own.image) == ("NEEDS_ATTENTION", IMAGE % "1")
    assert _predicted(science, deployment_id) == "server 1"


def test_an_update_of_an_inactive_deployment_serves_from_its_activation_on(science: Science) -> None:
    model_id = science.model()
    deployment_id = science.create(_details(science, model_id, "1"))
    _settled(science, deployment_id)
    science.client.deactivate_model_deployment(deployment_id)
    _settled(science, deployment_id)

    science.update(deployment_id, **{CONFIGURATION: change(model_id, environment=container(image=IMAGE % "2"))})
    inactive = _settled(science, deployment_id)
    science.client.activate_model_deployment(deployment_id)

    assert (inactive, _settled(science, deployment_id)) == ("INACTIVE", "ACTIVE")
    assert _predicted(science, deployment_id) == "server 2"


def test_a_restarted_twin_serves_again_what_was_active(servers: dict[str, str], tmp_path: Any) -> None:
    with serving(tmp_path, runtime="real", images=servers) as science:
        deployment_id = science.create(_details(science, science.model(), "1"))
        _settled(science, deployment_id)

    with serving(tmp_path, runtime="real", images=servers) as science:
        assert science.client.get_model_deployment(deployment_id).data.lifecycle_state == "ACTIVE"
        assert _predicted_at_last(science, deployment_id) == "server 1"
