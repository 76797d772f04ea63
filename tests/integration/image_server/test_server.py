"""The server of an image as a process: routes, limits, logs."""

from __future__ import annotations

import socket
import sys
import threading

import mlflow
import pytest
from integration.image_server.serving import Served

_LIMIT = 10 * 1024 * 1024


@pytest.mark.parametrize("path", ["/health", "/ping"])
def test_health_is_that_of_a_conda_deployment(served: Served, path: str) -> None:
    told = served.ask("GET", path)

    version = ".".join(map(str, sys.version_info[:3]))
    assert (told.status, told.json()) == (200, {"status": "ok", "python": version, "server": "uvicorn"})


def test_version_is_mlflows(served: Served) -> None:
    assert served.ask("GET", "/version").body.decode() == mlflow.__version__


def test_head_of_health_has_no_body(served: Served) -> None:
    told = served.ask("HEAD", "/health")

    assert (told.status, told.body) == (200, b"")


def test_a_path_that_there_is_not_is_answered_with_404(served: Served) -> None:
    told = served.predict({}, "/elsewhere")

    message = "there is nothing at /elsewhere; POST to /predict"
    assert (told.status, told.json()) == (404, {"code": "NotAuthorizedOrNotFound", "message": message})


def test_another_method_is_answered_with_405(served: Served) -> None:
    told = served.ask("GET", "/predict")

    assert (told.status, told.headers["allow"]) == (405, "POST")
    assert told.json() == {"code": "MethodNotAllowed", "message": "/predict answers POST, not GET"}


def test_a_body_of_10_mb_is_taken_and_one_byte_more_is_refused_with_413(served: Served) -> None:
    text = b'{"inputs": ["' + b"x" * (_LIMIT - 16) + b'"]}'

    taken, refused = (served.ask("POST", "/predict", body) for body in (text, text + b" "))

    assert len(text) == _LIMIT
    assert (taken.status, refused.status) == (200, 413)
    message = "the request body is larger than 10 MB (10485760 bytes), the limit of OCI model deployments"
    assert refused.json() == {"code": "PayloadTooLarge", "message": message}


def test_a_body_in_chunks_is_taken(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
        line.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        line.sendall(b'5\r\n{"inp\r\n9\r\nuts": 5} \r\n0\r\n\r\n')
        answer = b"".join(iter(lambda: line.recv(1 << 16), b""))

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_the_request_id_of_oci_is_taken_over_into_answer_and_log(served: Served) -> None:
    given = "A" * 32 + "/" + "B" * 32 + "/" + "C" * 32

    told = served.predict({"inputs": ["log"]}, opc_request_id=given)

    lines = [line for line in served.lines() if line.get("request_id") == given]
    assert told.headers["opc-request-id"] == given
    assert [line["message"] for line in lines] == ["told by the model", "request"]


def test_a_request_id_that_could_forge_something_is_replaced(served: Served) -> None:
    told = served.predict({"inputs": ["x"]}, opc_request_id='"}\t{')

    assert len(told.headers["opc-request-id"]) == 32


def test_the_log_has_requests_without_what_was_sent_and_answered(served: Served) -> None:
    told = served.predict({"inputs": ["a-secret"]}, "/predict?key=a-secret")
    bad = served.ask("POST", "/predict", b"a-secret")

    # a line is written when the answer has been sent
    served.wait_for(lambda: bad.headers["opc-request-id"] in {line.get("request_id") for line in served.lines()})
    lines = {line.get("request_id"): line for line in served.lines()}
    line = lines[told.headers["opc-request-id"]]
    assert set(line) == {
        "time", "level", "message", "pid", "request_id", "method", "path", "status", "milliseconds", "request_bytes",
        "response_bytes",
    }  # fmt: skip
    assert (line["method"], line["path"], line["status"], line["request_bytes"]) == ("POST", "/predict", 200, 24)
    assert line["response_bytes"] == len(told.body)
    assert lines[bad.headers["opc-request-id"]]["status"] == 400
    assert "a-secret" not in served.log.read_text()


def test_a_model_that_wants_to_exit_is_answered_with_500_and_serves_on(served: Served) -> None:
    told = served.predict({"inputs": ["exit"]})

    assert (told.status, told.json()) == (500, {"code": "InternalServerError", "message": "SystemExit: 3"})
    assert served.predict({"inputs": ["x"]}).status == 200


def test_a_process_that_dies_is_followed_by_another(served: Served) -> None:
    before = served.workers()

    with pytest.raises((ConnectionError, OSError)):
        served.predict({"inputs": ["die"]})
    served.wait_for(lambda: len(served.workers()) == len(before) + 1)

    assert served.predict({"inputs": ["x"]}).status == 200
    assert "a process that answered ended with status 9" in [line["message"] for line in served.lines()]


def test_connections_at_once_are_answered_by_all_processes(served: Served) -> None:
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(served.predict({"inputs": ["slow"]}).json()["predictions"][0]))
        for _ in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4
    assert set(answers) <= set(served.workers())
    assert len(set(answers)) == 2


def test_the_processes_share_the_model_that_was_loaded_once(served: Served) -> None:
    messages = [line["message"] for line in served.lines()]

    assert "each process loads the model for itself" not in messages
