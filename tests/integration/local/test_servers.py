"""The server as a process, under each of the servers that a model's environment may bring."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from integration.local import rig

import oci_mlflow_plugin.adapters.local

_BOOT = Path(oci_mlflow_plugin.adapters.local.__file__).with_name("boot.py")
_STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}"
_LIMIT = 10 * 1024 * 1024
_SCORE = """
import sys, time

class Bad(Exception):
    status = 400
    error_code = "INVALID_PARAMETER_VALUE"

def load_model():
    return None

def predict(data, model=load_model()):
    kind = data if isinstance(data, str) else "echo"
    if kind == "bad":
        raise Bad("column 'x' is missing")
    if kind == "broken":
        return 1 / 0
    if kind == "exit":
        sys.exit(3)
    if kind == "nan":
        return float("nan")
    if kind == "set":
        return {1}
    if kind == "slow":
        time.sleep(2)
    return {"length": len(str(data)), "version": sys.version_info[:2]}
"""


def _old_python() -> str | None:
    """The oldest Python that models may bring; pyenv's shims are passed over, they only start what is selected."""
    there = sorted(Path.home().glob(".pyenv/versions/3.8*/bin/python3.8"))
    return str(there[0]) if there else None


@attrs.frozen
class Served:
    process: subprocess.Popen[bytes]
    port: int
    listener: socket.socket
    lifeline: int
    log: Path

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, object, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if text else None, response.headers

    def predict(self, value: object) -> tuple[int, object]:
        status, answer, _headers = self.request("POST", "/predict", json.dumps(value).encode())
        return status, answer


@contextlib.contextmanager
def serving(kind: str, folder: Path, score: str = _SCORE) -> Iterator[Served]:
    python = {"http.server": rig.BARE_PYTHON, "python3.8": _old_python()}.get(kind, sys.executable)
    if python is None:
        pytest.skip("there is no Python 3.8 on this machine")
    if kind in {"uvicorn", "gunicorn", "waitress"} and importlib.util.find_spec(kind) is None:
        pytest.skip(f"{kind} is not installed here")
    (folder / "score.py").write_text(score)
    reading, writing = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener, (folder / "log").open("wb") as log:
        listener.setblocking(False)  # noqa: FBT003 - the only form
        job = {
            "artifact": str(folder),
            "fault": str(folder / "fault"),
            "lifeline": reading,
            "sockets": [listener.fileno()],
            "server": kind,
        }
        process = subprocess.Popen(
            [python, "-I", "-u", str(_BOOT), "serving.run", json.dumps(job)],
            pass_fds=(reading, listener.fileno()),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
        )
        os.close(reading)
        try:
            yield Served(process, listener.getsockname()[1], listener, writing, folder / "log")
        finally:
            os.close(writing)
            try:
                process.wait(10)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


_KINDS = ["uvicorn", "gunicorn", "waitress", "http.server", "python3.8"]


@pytest.fixture(params=_KINDS, scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(request.param, tmp_path_factory.mktemp("served")) as made:
        yield made


@pytest.mark.parametrize("kind", _KINDS)
def test_health_names_the_server_and_the_python(kind: str, tmp_path: Path) -> None:
    with serving(kind, tmp_path) as served:
        status, answer, headers = served.request("GET", "/health")

    assert status == 200
    assert isinstance(answer, dict)
    assert answer["status"] == "ok"
    assert answer["server"] == ("http.server" if kind == "python3.8" else kind)
    assert answer["python"].startswith("3.8." if kind == "python3.8" else rig.VERSION)
    assert headers["Content-Type"] == "application/json"


def test_predictions_are_answered(served: Served) -> None:
    status, answer = served.predict("data")

    assert status == 200
    assert isinstance(answer, dict)
    assert answer["length"] == 4


def test_every_connection_ends_with_its_answer(served: Served) -> None:
    _status, _answer, headers = served.request("GET", "/health")

    assert headers["Connection"].lower() == "close"
    assert len(headers["opc-request-id"]) == 32


def test_head_of_health_has_no_body(served: Served) -> None:
    status, answer, _headers = served.request("HEAD", "/health")

    assert (status, answer) == (200, None)


def test_bad_input_is_answered_with_400_and_the_reason(served: Served) -> None:
    answered = served.predict("bad")

    assert answered == (400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "column 'x' is missing"})


def test_a_body_that_is_no_json_is_answered_with_400(served: Served) -> None:
    status, answer, _headers = served.request("POST", "/predict", b"{")

    assert status == 400
    assert isinstance(answer, dict)
    assert answer["error_code"] == "BAD_REQUEST"
    assert answer["message"].startswith("the request body is not JSON: ")


def test_an_exception_is_answered_with_500_and_its_traceback_is_in_the_log(served: Served) -> None:
    answered = served.predict("broken")

    assert answered == (500, {"code": "InternalServerError", "message": "ZeroDivisionError: division by zero"})
    assert "return 1 / 0" in served.log.read_text()


def test_a_score_py_that_wants_to_exit_is_answered_with_500_and_serves_on(served: Served) -> None:
    answered = served.predict("exit")

    assert answered == (500, {"code": "InternalServerError", "message": "SystemExit: 3"})
    assert served.predict("data")[0] == 200


@pytest.mark.parametrize("value", ["nan", "set"])
def test_what_json_cannot_say_is_answered_with_500(served: Served, value: str) -> None:
    status, answer = served.predict(value)

    assert status == 500
    assert isinstance(answer, dict)
    assert answer["code"] == "InternalServerError"


def test_a_body_of_10_mb_is_taken(served: Served) -> None:
    body = json.dumps("x" * (_LIMIT - 2)).encode()

    status, answer, _headers = served.request("POST", "/predict", body)

    assert len(body) == _LIMIT
    assert status == 200
    assert isinstance(answer, dict)
    assert answer["length"] == _LIMIT - 2


def test_a_body_of_10_mb_and_1_is_refused_with_413(served: Served) -> None:
    status, answer, _headers = served.request("POST", "/predict", b"x" * (_LIMIT + 1))

    assert status == 413
    assert answer == {
        "code": "PayloadTooLarge",
        "message": "the request body is larger than 10 MB (10485760 bytes), the limit of OCI model deployments",
    }


def test_a_body_of_unknown_length_is_refused_with_411(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    with contextlib.closing(connection):
        connection.putrequest("POST", "/predict")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        # some servers answer what the headers say, and close
        with contextlib.suppress(ConnectionError):
            connection.send(b"2\r\n{}\r\n0\r\n\r\n")
        response = connection.getresponse()
        answer = json.loads(response.read())

    assert response.status == 411
    assert answer == {"code": "LengthRequired", "message": "the request needs a Content-Length header"}


def test_the_start_is_in_the_log(served: Served) -> None:
    _status, health, _headers = served.request("GET", "/health")

    assert isinstance(health, dict)
    start = rf"{_STAMP} INFO server: {health['server']}, Python {health['python']}, model loaded in \d+\.\d s"
    assert re.search(f"^{start}$", served.log.read_text(), re.MULTILINE)


def test_each_request_is_one_line_of_the_log_without_what_was_sent(served: Served) -> None:
    served.request("HEAD", "/health")
    before = len(served.log.read_text())

    served.request("POST", "/predict?key=secret-1", b'"secret-2"')
    served.request("POST", "/predict", b"{secret-3")
    served.request("GET", "/elsewhere%0Aforged")

    lines = served.log.read_text()[before:].splitlines()
    patterns = [
        rf"{_STAMP} INFO server: POST /predict 200 \d+\.\d ms \d+ B",
        rf"{_STAMP} INFO server: POST /predict 400 \d+\.\d ms \d+ B",
        rf"{_STAMP} INFO server: GET /elsewhere(%0A|\\n)forged 404 \d+\.\d ms \d+ B",
    ]
    assert len(lines) == len(patterns), lines
    assert [re.fullmatch(*each) is not None for each in zip(patterns, lines, strict=True)] == [True] * 3, lines


def test_another_path_is_answered_with_404(served: Served) -> None:
    status, answer, _headers = served.request("POST", "/invocations", b"{}")

    assert status == 404
    assert answer == {
        "code": "NotAuthorizedOrNotFound",
        "message": "there is nothing at /invocations; POST to /predict",
    }


def test_another_method_is_answered_with_405(served: Served) -> None:
    status, answer, headers = served.request("GET", "/predict")

    assert status == 405
    assert answer == {"code": "MethodNotAllowed", "message": "/predict answers POST, not GET"}
    assert headers["Allow"] == "POST"


@pytest.mark.parametrize("kind", _KINDS)
def test_sigterm_lets_requests_that_were_begun_be_answered(kind: str, tmp_path: Path) -> None:
    answers: list[tuple[int, object]] = []
    with serving(kind, tmp_path) as served:
        served.request("GET", "/health")
        begun = threading.Thread(target=lambda: answers.append(served.predict("slow")))
        begun.start()
        time.sleep(0.3)

        served.process.terminate()
        served.process.wait(10)
        begun.join()

    assert [status for status, _answer in answers] == [200]


@pytest.mark.parametrize("kind", _KINDS)
def test_sigterm_lets_a_connection_that_has_sent_nothing_yet_be_answered(kind: str, tmp_path: Path) -> None:
    with serving(kind, tmp_path) as served:
        served.request("GET", "/health")
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
        connection.connect()
        time.sleep(0.3)

        served.process.terminate()
        time.sleep(0.2)
        connection.request("POST", "/predict", b'"late"')
        status = connection.getresponse().status
        connection.close()

    assert status == 200


@pytest.mark.parametrize("kind", _KINDS)
def test_a_server_that_was_asked_to_end_closes_its_sockets_before_the_last_answer(kind: str, tmp_path: Path) -> None:
    answers: list[tuple[int, object]] = []
    with serving(kind, tmp_path) as served:
        served.request("GET", "/health")
        begun = threading.Thread(target=lambda: answers.append(served.predict("slow")))
        begun.start()
        time.sleep(0.2)

        served.process.terminate()
        served.listener.close()
        deadline = time.monotonic() + 5
        while _listens(served.port) and time.monotonic() < deadline:
            time.sleep(0.02)
        answered_by_then = list(answers)
        begun.join()

    assert answered_by_then == []
    assert [status for status, _answer in answers] == [200]


@pytest.mark.parametrize("kind", _KINDS)
def test_a_server_ends_when_its_supervisor_is_gone(kind: str, tmp_path: Path) -> None:
    with serving(kind, tmp_path) as served:
        served.request("GET", "/health")

    assert served.process.returncode is not None
    assert rig.gone_within(str(tmp_path), 5)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_model_that_cannot_be_loaded_ends_the_server_with_the_reason(kind: str, tmp_path: Path) -> None:
    with serving(kind, tmp_path, "import nothing_like_it") as served:
        status = served.process.wait(20)

    assert status == 3
    assert (tmp_path / "fault").read_text() == "ModuleNotFoundError: No module named 'nothing_like_it'"
    assert "ModuleNotFoundError: No module named 'nothing_like_it'" in served.log.read_text()
