"""The data plane, as the SDK and signed requests see it."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import requests
from integration.oci_twin.data_plane_rig import (
    ACCESS_LOG,
    DEPLOYMENT,
    ControlPlane,
    DataPlaneRig,
    answer,
    container,
    data_plane,
)
from oci.exceptions import ServiceError
from oci_twin.data_plane.limits import PredictLimits
from oci_twin.http.call import Call, Headers, Reply

_LIMITS = PredictLimits(body_bytes=100, seconds=1, requests_per_second=3)


@pytest.fixture
def control_plane() -> Iterator[ControlPlane]:
    with container() as url:
        yield ControlPlane(urls=[url])


@pytest.fixture
def rig(control_plane: ControlPlane) -> Iterator[DataPlaneRig]:
    with data_plane(control_plane) as rig:
        yield rig


def _refused(answered: requests.Response) -> tuple[int, str]:
    return answered.status_code, answered.json()["code"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_the_sdk_gets_the_servers_answer_as_text(rig: DataPlaneRig) -> None:
    answered = rig.client().predict(DEPLOYMENT, {"rows": [1]})

    seen = json.loads(answered.data)
    assert answered.status == 200
    assert (seen["method"], seen["path"], seen["body"]) == ("POST", "/predict", '{"rows": [1]}')


def test_the_server_sees_the_clients_headers_without_the_signature(rig: DataPlaneRig) -> None:
    seen = rig.post({}, headers={"model-name": "second", "Content-Type": "application/json; charset=utf-8"}).json()

    assert seen["headers"]["model-name"] == "second"
    assert seen["headers"]["content-type"] == "application/json; charset=utf-8"
    assert {"authorization", "date", "x-content-sha256"} & set(seen["headers"]) == set()


def test_answers_bear_the_headers_of_the_gateway(rig: DataPlaneRig) -> None:
    answered = rig.post({}, headers={"opc-request-id": "A" * 32})

    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Content-Type"] == "application/json"
    assert re.fullmatch("A{32}/[0-9A-F]{32}/[0-9A-F]{32}", answered.headers["opc-request-id"])


def test_a_body_of_any_type_reaches_the_server_as_it_is(rig: DataPlaneRig) -> None:
    answered = rig.ask("POST", "/predict?a=1", data="a,b\n1,2\n", headers={"Content-Type": "text/csv"})

    seen = answered.json()
    assert (seen["path"], seen["body"], seen["headers"]["content-type"]) == ("/predict?a=1", "a,b\n1,2\n", "text/csv")


def test_a_request_without_a_signature_is_not_authenticated(rig: DataPlaneRig) -> None:
    answered = requests.post(f"{rig.url}/{DEPLOYMENT}/predict", json={}, timeout=30)

    assert _refused(answered) == (401, "NotAuthenticated")


def test_a_deployment_that_is_not_there_is_not_found(rig: DataPlaneRig) -> None:
    with pytest.raises(ServiceError) as refusal:
        rig.client().predict("ocid1.datasciencemodeldeployment.oc1.iad.other", {})

    assert (refusal.value.status, refusal.value.code) == (404, "NotAuthorizedOrNotFound")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("ACTIVE", 200),
        ("NEEDS_ATTENTION", 200),
        ("UPDATING", 200),
        ("CREATING", 404),
        ("INACTIVE", 404),
        ("FAILED", 404),
        ("DELETING", 404),
        ("DELETED", 404),
    ],
)
def test_states_serve_or_do_not(rig: DataPlaneRig, state: str, status: int) -> None:
    rig.control_plane.state = state

    answered = rig.post({})

    assert answered.status_code == status


def test_a_deployment_that_is_being_activated_is_not_found_yet(rig: DataPlaneRig) -> None:
    rig.control_plane.state = "UPDATING"
    rig.control_plane.urls = [None]

    answered = rig.post({})

    assert _refused(answered) == (404, "NotAuthorizedOrNotFound")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_predict_takes_post_alone(rig: DataPlaneRig, method: str) -> None:
    answered = rig.ask(method, "/predict")

    assert _refused(answered) == (405, "MethodNotAllowed")


def test_a_request_that_does_not_say_its_length_is_refused(rig: DataPlaneRig) -> None:
    route, params = rig.data_plane.routes().find("POST", f"/{DEPLOYMENT}/predict")
    call = Call("POST", f"/{DEPLOYMENT}/predict", params, headers=Headers({"transfer-encoding": "chunked"}))

    given = route.handler(call)

    reply = given if isinstance(given, Reply) else given()
    assert (reply.status, reply.json) == (
        411,
        {"code": "LengthRequired", "message": "The request has no Content-Length."},
    )


def test_a_payload_above_the_limit_is_too_large(control_plane: ControlPlane) -> None:
    with data_plane(control_plane, _LIMITS) as rig:
        answers = [rig.ask("POST", "/predict", data=b"x" * size) for size in (100, 101)]

    assert answers[0].status_code == 200
    assert _refused(answers[1]) == (413, "PayloadTooLarge")


def test_the_limit_is_ten_megabytes_and_a_minute() -> None:
    limits = PredictLimits()

    assert (limits.body_bytes, limits.seconds) == (10 * 1024 * 1024, 60)


def test_too_many_requests_in_a_second_are_refused_until_the_second_is_over(control_plane: ControlPlane) -> None:
    with data_plane(control_plane, _LIMITS) as rig:
        first = [rig.post({}).status_code for _ in range(4)]
        rig.clock.advance(1)
        later = rig.post({}).status_code

    assert first == [200, 200, 200, 429]
    assert later == 200


def test_a_prediction_that_takes_too_long_is_an_internal_server_error(control_plane: ControlPlane) -> None:
    over = threading.Event()

    def wait(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        over.wait()
        answer(handler, 200, b"{}")

    with container(wait) as url, data_plane(control_plane, PredictLimits(seconds=0.2)) as rig:
        control_plane.urls = [url]
        answered = rig.post({})
        over.set()

    assert _refused(answered) == (500, "InternalServerError")
    assert answered.json()["message"] == "The prediction took longer than 0.2 seconds."


def test_a_server_that_nobody_runs_is_unavailable(rig: DataPlaneRig) -> None:
    rig.control_plane.urls = [f"http://127.0.0.1:{_free_port()}"]

    answered = rig.post({})

    assert _refused(answered) == (503, "ServiceUnavailable")


def test_a_server_that_breaks_off_is_unavailable(rig: DataPlaneRig) -> None:
    def break_off(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.close_connection = True

    with container(break_off) as url:
        rig.control_plane.urls = [url]
        answered = rig.post({})

    assert _refused(answered) == (503, "ServiceUnavailable")


def test_half_an_answer_is_none(rig: DataPlaneRig) -> None:
    def half(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "10")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    with container(half) as url:
        rig.control_plane.urls = [url]
        answered = rig.post({})

    assert _refused(answered) == (503, "ServiceUnavailable")


def test_a_deployment_without_a_server_is_unavailable(rig: DataPlaneRig) -> None:
    rig.control_plane.urls = [None]

    answered = rig.post({})

    assert answered.status_code == 503
    assert answered.json() == {"code": "ServiceUnavailable", "message": "The model server is unavailable."}


def test_a_twin_without_a_runtime_says_so() -> None:
    with data_plane(ControlPlane(urls=[None]), without_runtime=True) as rig:
        answered = rig.post({})

    message = "The twin runs without a runtime (--runtime none), so nothing serves this deployment."
    assert answered.status_code == 503
    assert answered.json() == {"code": "ServiceUnavailable", "message": message}


def test_a_server_that_was_just_replaced_is_followed_by_its_successor(rig: DataPlaneRig) -> None:
    (successor,) = rig.control_plane.urls
    rig.control_plane.urls = [f"http://127.0.0.1:{_free_port()}", successor]

    answered = rig.post({})

    assert answered.status_code == 200


def test_an_error_of_the_server_is_handed_on(rig: DataPlaneRig) -> None:
    def refuse(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        answer(handler, 422, b'{"detail": "no such column"}', X_Model="third")

    with container(refuse) as url:
        rig.control_plane.urls = [url]
        answered = rig.post({})

    assert answered.status_code == 422
    assert answered.json() == {"detail": "no such column"}
    assert answered.headers["X-Model"] == "third"


def test_every_request_is_an_entry_in_the_access_log(rig: DataPlaneRig) -> None:
    rig.post({})
    rig.post({}, path="/predict/unknown")

    logs, sources, messages = zip(*rig.entries, strict=True)
    assert set(logs) == {ACCESS_LOG}
    assert set(sources) == {DEPLOYMENT}
    assert re.fullmatch(rf'"POST /{DEPLOYMENT}/predict" 200 2 bytes \d+ ms', messages[0])
    assert re.fullmatch(rf'"POST /{DEPLOYMENT}/predict/unknown" 404 2 bytes \d+ ms', messages[1])
