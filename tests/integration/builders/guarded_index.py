"""A package index over HTTP that asks for a password."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

USER, PASSWORD = "ann", "hunter2hunter2"


class _Handler(BaseHTTPRequestHandler):
    wheels: ClassVar[Path]

    def do_GET(self) -> None:
        """``/simple/<name>/`` and ``/files/<wheel>``."""
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != expected:
            self.send_response(HTTPStatus.UNAUTHORIZED)
            self.send_header("WWW-Authenticate", 'Basic realm="index"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        kind, _, name = self.path.strip("/").partition("/")
        if kind == "simple":
            files = sorted(self.wheels.glob(f"{name.replace('-', '_')}-*.whl"))
            page = "".join(f'<a href="/files/{file.name}">{file.name}</a>\n' for file in files)
            self._answer(page.encode() if files else None, "text/html")
        else:
            file = self.wheels / name
            self._answer(file.read_bytes() if file.is_file() else None, "application/octet-stream")

    do_HEAD = do_GET  # noqa: N815 - the name is the library's

    def _answer(self, body: bytes | None, kind: str) -> None:
        self.send_response(HTTPStatus.NOT_FOUND if body is None else HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        if self.command == "GET" and body is not None:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keeps the test's output clean."""


@contextmanager
def guarded_index(wheels: Path) -> Iterator[str]:
    """Serves the wheels; gives host and port."""
    handler = type("Handler", (_Handler,), {"wheels": wheels})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
