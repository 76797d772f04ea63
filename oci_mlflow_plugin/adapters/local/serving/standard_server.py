"""The standard library's server, for environments that bring none."""

from __future__ import annotations

import signal
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any, ClassVar

from oci_mlflow_plugin.adapters.local.serving.bodies import content_length, read_body
from oci_mlflow_plugin.adapters.local.serving.handling import Handler, Request
from oci_mlflow_plugin.adapters.local.serving.job import GRACE, Job
from oci_mlflow_plugin.adapters.local.serving.loading import loaded_handler


def serve(job: Job) -> None:
    """Loads the model, then serves until SIGTERM."""
    handler = loaded_handler(job, "http.server")
    servers = [_Server(sock, handler) for sock in job.sockets()]
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    # a signal that the system gives to another thread does not end a wait without limit
    while not asked.wait(0.1):
        pass
    for server in servers:
        server.shutdown()
        server.server_close()
    deadline = time.monotonic() + GRACE
    while any(server.busy for server in servers) and time.monotonic() < deadline:
        time.sleep(0.02)


class _Server(ThreadingTCPServer):
    """A threading server on a socket that listens already; it counts the connections that it has not answered."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, sock: socket.socket, handler: Handler) -> None:
        super().__init__(sock.getsockname(), _connection(handler), bind_and_activate=False)
        self.socket.close()
        self.socket = sock
        self.busy = 0
        self._count = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        with self._count:
            self.busy += 1
        # inherited from the listening socket on some systems
        request.setblocking(True)  # noqa: FBT003 - the only form
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        super().shutdown_request(request)
        with self._count:
            self.busy -= 1


def _connection(handler: Handler) -> type[BaseHTTPRequestHandler]:
    class Connection(BaseHTTPRequestHandler):
        """One connection, which carries one request."""

        protocol_version = "HTTP/1.1"
        timeout: ClassVar[float | None] = GRACE

        def log_request(self, code: Any = "-", size: Any = "-") -> None:  # noqa: ANN401
            """The handler logs requests, whatever server carries them."""

        def _answer(self) -> None:
            length = content_length(self.headers.get("Content-Length"))
            body = read_body(self.rfile.read, length)
            response = handler.handle(Request(self.command, self.path, length, body))
            self.send_response(response.status)
            for name, value in [*response.headers, ("Connection", "close")]:
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815 - the library's names

    return Connection
