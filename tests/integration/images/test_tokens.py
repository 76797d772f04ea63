"""Registries that send a client elsewhere for a token, as Oracle Cloud's does."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from oci_mlflow_builders.registry.repository import Manifest, Repository

from oci_mlflow_core.errors import RegistryRefusedError

_KIND = "application/vnd.oci.image.manifest.v1+json"
_CONTENT = b'{"schemaVersion": 2}'
_LOGIN = "Basic " + base64.b64encode(b"ns/alice:an-auth-token").decode()
_SCOPE = "repository:ns/models:pull"


class _Server(ThreadingHTTPServer):
    realm = ""
    #: What was asked of the place that gives tokens.
    asked: list[dict[str, list[str]]]


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # type: ignore[mutable-override]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/token":
            self._give_token(parse_qs(parts.query))
        elif self.headers.get("Authorization") == "Bearer a-token":
            self._answer(200, _CONTENT, {"Content-Type": _KIND})
        else:
            challenge = f'Bearer realm="{self.server.realm}",service="the registry",scope="{_SCOPE}"'
            self._answer(401, b"{}", {"WWW-Authenticate": challenge})

    def _give_token(self, query: dict[str, list[str]]) -> None:
        self.server.asked.append(query)
        if self.headers.get("Authorization") == _LOGIN:
            self._answer(200, json.dumps({"token": "a-token"}).encode(), {})
        else:
            self._answer(401, b"{}", {})

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - of the standard library
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[_Server]:
    found = _Server(("127.0.0.1", 0), _Handler)
    found.asked = []
    found.realm = f"http://127.0.0.1:{found.server_address[1]}/token"
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


def _repository(server: _Server, folder: Path, password: str = "an-auth-token") -> Repository:  # noqa: S107 - of a test
    environ = {
        "DOCKER_CONFIG": str(folder),
        "OCI_MLFLOW_REGISTRY_USERNAME": "ns/alice",
        "OCI_MLFLOW_REGISTRY_PASSWORD": password,
    }
    return Repository(f"127.0.0.1:{server.server_address[1]}", "ns/models", environ)


def test_a_token_is_fetched_for_what_the_registry_asks_for(server: _Server, tmp_path: Path) -> None:
    found = _repository(server, tmp_path).manifest("1")

    assert found == Manifest(_CONTENT, _KIND)
    assert server.asked == [{"service": ["the registry"], "scope": [_SCOPE]}]


def test_a_token_that_is_not_given_is_told_without_the_password(server: _Server, tmp_path: Path) -> None:
    with pytest.raises(RegistryRefusedError) as caught:
        _repository(server, tmp_path, "hunter2hunter2").manifest("1")

    registry = f"127.0.0.1:{server.server_address[1]}"
    assert str(caught.value) == f"the registry {registry} did not let the user 'ns/alice' in"
    assert "hunter2" not in repr(caught.value)


def test_no_password_is_sent_elsewhere_without_tls(server: _Server, tmp_path: Path) -> None:
    server.realm = "http://tokens.example/token"

    with pytest.raises(RegistryRefusedError) as caught:
        _repository(server, tmp_path).manifest("1")

    registry = f"127.0.0.1:{server.server_address[1]}"
    assert str(caught.value) == (
        f"the registry {registry} asks to log in at 'http://tokens.example/token', which is not https"
    )
    assert server.asked == []
