"""One request and its answer."""

from __future__ import annotations

import http.client
import json
import socket
import time
import uuid
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from typing import Any

from oci_mlflow_plugin.adapters.local.containers.routes import HEALTH, Refused, Route, route
from oci_mlflow_plugin.adapters.local.containers.upstream import TIME_LIMIT, Upstream, end_to_end
from oci_mlflow_plugin.adapters.local.serving.answers import BODY_LIMIT, too_large
from oci_mlflow_plugin.adapters.local.serving.log import say_request

_PIECE = 1 << 16
_REQUEST_ID = "opc-request-id"


class Exchange(BaseHTTPRequestHandler):
    """Reads one request, hands it to the container, and passes on what that answers, as it comes.

    Args:
        connection: A client's.
        upstream: The container.
    """

    protocol_version = "HTTP/1.1"
    #: Seconds for a client that sends nothing.
    timeout = TIME_LIMIT  # type: ignore[mutable-override]  # nobody changes it

    def __init__(self, connection: socket.socket, upstream: Upstream) -> None:
        self._upstream = upstream
        self._size = 0
        super().__init__(connection, connection.getpeername(), None)  # type: ignore[arg-type]  # it asks it nothing

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Requests are logged by `say_request`."""

    def do_GET(self) -> None:
        self._forward()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - of the class above

    def _forward(self) -> None:
        self.close_connection = True
        found = route(self._upstream.settings, self.command, self.path)
        if isinstance(found, Refused):
            self._refuse(found)
            return
        body = self._body()
        if body is None:
            return
        began = time.monotonic()
        self._size = 0
        status = self._pass_on(found, body)
        if not self.path.startswith(HEALTH):
            say_request(self.command, self.path.partition("?")[0], status, time.monotonic() - began, self._size)

    def _body(self) -> bytes | None:
        """The whole of it; None where it was refused."""
        length = self.headers.get("Content-Length")
        if length is None and self.command in {"POST", "PUT"}:
            self._refuse(Refused(411, "LengthRequired", "the request has no Content-Length"))
            return None
        if length is not None and not length.isdecimal():
            self._refuse(Refused(400, "InvalidParameter", "the Content-Length is not a number"))
            return None
        if int(length or 0) > BODY_LIMIT:
            self._send(413, too_large().body)
            return None
        return self.rfile.read(int(length or 0))

    def _pass_on(self, to: Route, body: bytes) -> int:
        """The status of the answer."""
        try:
            sent = list(self.headers.items())
            connection, response = self._upstream.ask(self.command, to.port, to.path, sent, body)
        except TimeoutError:
            reason = f"the prediction took longer than {TIME_LIMIT:g} seconds"
            return self._refuse(Refused(500, "InternalServerError", reason))
        except (OSError, http.client.HTTPException):
            return self._refuse(Refused(503, "ServiceUnavailable", "the container does not answer"))
        with closing(connection):
            self._begin(response)
            while piece := response.read1(_PIECE):
                self.wfile.write(piece)
                self._size += len(piece)
        return response.status

    def _begin(self, response: http.client.HTTPResponse) -> None:
        """Status and headers; an answer without a length ends with the connection."""
        self.send_response_only(response.status, response.reason)
        headers = end_to_end(response.getheaders())
        for name, value in headers:
            self.send_header(name, value)
        if _REQUEST_ID not in {name.lower() for name, _ in headers}:
            self.send_header(_REQUEST_ID, uuid.uuid4().hex.upper())
        self.send_header("Connection", "close")
        self.end_headers()

    def _refuse(self, refused: Refused) -> int:
        body = json.dumps({"code": refused.code, "message": refused.message}).encode()
        return self._send(refused.status, body)

    def _send(self, status: int, body: bytes) -> int:
        self.send_response_only(status)
        for name, value in (
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            (_REQUEST_ID, uuid.uuid4().hex.upper()),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self._size = len(body)
        return status
