"""Whether channels answer is known in a moment, and asked once."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import attrs
import pytest
from oci_mlflow_builders.rattler import reaching
from oci_mlflow_builders.rattler.reaching import reaches

from oci_mlflow_core.model.environment import EnvironmentRequest


@attrs.define
class _Server:
    url: str = ""
    #: Status by the first part of the path.
    statuses: dict[str, int] = attrs.field(factory=dict)
    asked: list[tuple[str, str, str | None]] = attrs.field(factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[_Server]:
    """A server of channels that notes what it is asked; nothing is remembered of other tests."""
    monkeypatch.setattr(reaching, "_known", {})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OCI_MLFLOW_CHANNEL_ALIAS", "")
    state = _Server()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            state.asked.append((self.command, self.path, self.headers.get("Authorization")))
            self.send_response(state.statuses.get(self.path.split("/")[1], HTTPStatus.OK))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Keeps the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        state.url = f"http://127.0.0.1:{http.server_address[1]}"
        yield state
        http.shutdown()
        thread.join()


def _request(*channels: str) -> EnvironmentRequest:
    return EnvironmentRequest(python="3.11", pip=(), channels=channels)


def test_a_channel_that_answers_is_reached_and_asked_once(server: _Server) -> None:
    assert reaches(_request(f"{server.url}/one")) is None
    assert reaches(_request(f"{server.url}/one")) is None

    assert server.asked == [("HEAD", "/one/noarch/repodata.json", None)]


def test_an_answer_is_forgotten_after_a_minute(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.statuses["one"] = HTTPStatus.SERVICE_UNAVAILABLE
    before = reaches(_request(f"{server.url}/one"))
    server.statuses.clear()
    later = time.monotonic() + 60
    monkeypatch.setattr(time, "monotonic", lambda: later)

    after = reaches(_request(f"{server.url}/one"))

    assert before is not None
    assert after is None


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN])
def test_a_channel_that_asks_for_credentials_answers(server: _Server, status: HTTPStatus) -> None:
    server.statuses["one"] = status

    assert reaches(_request(f"{server.url}/one")) is None


def test_a_channel_without_metadata_is_not_there(server: _Server) -> None:
    server.statuses["one"] = HTTPStatus.NOT_FOUND

    assert reaches(_request(f"{server.url}/one")) == f"the channel {server.url}/one does not exist (HTTP 404)"


def test_a_channel_that_fails_does_not_answer(server: _Server) -> None:
    server.statuses["one"] = HTTPStatus.SERVICE_UNAVAILABLE

    assert reaches(_request(f"{server.url}/one")) == (
        f"the channel {server.url}/one does not answer (Service Unavailable)"
    )


def test_nobody_at_the_address_is_told_without_the_password(server: _Server) -> None:
    reason = reaches(_request("http://ann:a-password@127.0.0.1:9/one"))

    assert reason == "the channel http://127.0.0.1:9/one does not answer (Connection refused)"


def test_credentials_of_the_url_are_sent_in_the_header(server: _Server) -> None:
    reaches(_request(server.url.replace("//", "//ann:a-password@") + "/one"))

    expected = base64.b64encode(b"ann:a-password").decode()
    assert server.asked == [("HEAD", "/one/noarch/repodata.json", f"Basic {expected}")]


def test_a_folder_is_there_or_not(server: _Server, tmp_path: Path) -> None:
    assert reaches(_request(str(tmp_path))) is None
    assert reaches(_request(str(tmp_path / "no"))) == f"the channel {(tmp_path / 'no').as_uri()} is not there"


def test_a_channel_that_cannot_be_named_is_told(server: _Server) -> None:
    assert reaches(_request("https://a.example/${NOWHERE}")) == (
        "the channel 'https://a.example/${NOWHERE}' needs the environment variable NOWHERE, which is not set"
    )
