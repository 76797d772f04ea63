"""Streams, and endpoints below ``/predict``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import requests
from integration.oci_twin.data_plane_rig import DEPLOYMENT, ControlPlane, DataPlaneRig, answer, container, data_plane
from oci.exceptions import ServiceError

_CUSTOM = {
    "customHttpEndpoints": [
        {"endpointUriSuffix": "/models/{}/score", "httpMethods": ["POST", "PUT"]},
        {"endpointUriSuffix": "status", "httpMethods": ["GET"]},
    ]
}


@pytest.fixture
def rig() -> Iterator[DataPlaneRig]:
    with container() as url, data_plane(ControlPlane(urls=[url])) as rig:
        yield rig


def _events(handler: BaseHTTPRequestHandler, *data: str, before_last: threading.Event | None = None) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for number, one in enumerate(data):
        if before_last is not None and number == len(data) - 1:
            before_last.wait(30)
        event = f"data: {one}\n\n".encode()
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
    handler.wfile.write(b"0\r\n\r\n")


def _refused(answered: requests.Response) -> tuple[int, str]:
    return answered.status_code, answered.json()["code"]


def test_the_sdk_reads_a_stream_of_events(rig: DataPlaneRig) -> None:
    paths = []

    def stream(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        paths.append(handler.path)
        _events(handler, "one", "two")

    with container(stream) as url:
        rig.control_plane.urls = [url]
        answered = rig.client().predict_with_response_stream(DEPLOYMENT, {"stream": True})
        events = [event.data for event in answered.data.events()]

    assert events == ["one", "two"]
    assert paths == ["/predict"]


def test_events_are_handed_on_as_they_come(rig: DataPlaneRig) -> None:
    seen = threading.Event()

    def stream(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        _events(handler, "one", "two", before_last=seen)

    with container(stream) as url:
        rig.control_plane.urls = [url]
        answered = rig.post({}, "/predictWithResponseStream", stream=True)
        chunks = answered.iter_content(None)
        first = next(chunks)
        seen.set()
        rest = b"".join(chunks)

    assert first == b"data: one\n\n"
    assert rest == b"data: two\n\n"
    assert answered.headers["Content-Type"] == "text/event-stream"


def test_an_answer_in_one_piece_is_no_stream(rig: DataPlaneRig) -> None:
    with pytest.raises(ServiceError) as refusal:
        rig.client().predict_with_response_stream(DEPLOYMENT, {})

    assert (refusal.value.status, refusal.value.code) == (409, "ExternalServerIncorrectState")


def test_an_error_of_the_server_is_handed_on_where_a_stream_was_asked_for(rig: DataPlaneRig) -> None:
    with container(lambda handler, _: answer(handler, 400, b'{"error": "no prompt"}')) as url:
        rig.control_plane.urls = [url]
        answered = rig.post({}, "/predictWithResponseStream")

    assert (answered.status_code, answered.json()) == (400, {"error": "no prompt"})


def test_a_stream_through_predict_comes_in_one_piece(rig: DataPlaneRig) -> None:
    with container(lambda handler, _: _events(handler, "one", "two")) as url:
        rig.control_plane.urls = [url]
        answered = rig.post({})

    assert answered.content == b"data: one\n\ndata: two\n\n"
    assert answered.headers["Content-Length"] == "22"


@pytest.mark.parametrize("endpoint", ["predict", "predictWithResponseStream"])
def test_a_suffix_that_is_not_declared_is_not_found(rig: DataPlaneRig, endpoint: str) -> None:
    answered = rig.post({}, f"/{endpoint}/v1/models")

    assert _refused(answered) == (404, "NotAuthorizedOrNotFound")


@pytest.mark.parametrize(
    ("method", "path", "there"),
    [
        ("POST", "/predict/models/a%2Fb/score", "/models/a%2Fb/score"),
        ("PUT", "/predict/models/second/score", "/models/second/score"),
        ("GET", "/predict/status?long=1", "/status?long=1"),
    ],
)
def test_a_custom_endpoint_is_reached_without_the_prefix(rig: DataPlaneRig, method: str, path: str, there: str) -> None:
    rig.control_plane.environment = _CUSTOM

    seen = rig.ask(method, path, data="{}" if method != "GET" else None, headers={"Content-Type": "a/b"}).json()

    assert (seen["method"], seen["path"]) == (method, there)


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("GET", "/predict/models/second/score", (405, "MethodNotAllowed")),
        ("DELETE", "/predict/status", (405, "MethodNotAllowed")),
        ("GET", "/predict/status/more", (404, "NotAuthorizedOrNotFound")),
        ("GET", "/predict/models/score", (404, "NotAuthorizedOrNotFound")),
    ],
)
def test_a_custom_endpoint_is_reached_as_it_was_declared(
    rig: DataPlaneRig, method: str, path: str, refusal: tuple[int, str]
) -> None:
    rig.control_plane.environment = _CUSTOM

    answered = rig.ask(method, path)

    assert _refused(answered) == refusal


def test_an_openai_deployment_takes_openai_paths(rig: DataPlaneRig) -> None:
    rig.control_plane.environment = {"predictApiSpecification": "OpenAI"}

    chat = rig.post({}, "/predict/v1/chat/completions").json()
    cancelled = rig.post({}, "/predict/v1/responses/r1/cancel").json()
    other = rig.post({}, "/predict/v1/other")

    assert chat["path"] == "/v1/chat/completions"
    assert cancelled["path"] == "/v1/responses/r1/cancel"
    assert other.status_code == 404


def test_a_suffix_streams_below_the_streaming_endpoint(rig: DataPlaneRig) -> None:
    rig.control_plane.environment = {"predictApiSpecification": "openai"}
    paths = []

    def stream(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        paths.append(handler.path)
        _events(handler, "one")

    with container(stream) as url:
        rig.control_plane.urls = [url]
        answered = rig.post({}, "/predictWithResponseStream/v1/chat/completions")

    assert answered.content == b"data: one\n\n"
    assert paths == ["/v1/chat/completions"]
