"""Puts ``/predict`` and ``/health`` before a server of MLflow, as OCI's documentation asks of an image.

``python reverse_proxy.py PORT UPSTREAM``
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ROUTES = {("POST", "/predict"): "/invocations", ("GET", "/health"): "/ping"}


class _Proxy(BaseHTTPRequestHandler):
    upstream = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._forward(None)

    def do_POST(self) -> None:
        self._forward(self.rfile.read(int(self.headers.get("content-length", 0))))

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _forward(self, body: bytes | None) -> None:
        route = _ROUTES.get((self.command, self.path))
        if route is None:
            self._answer(404, b"", "text/plain")
            return
        headers = {"content-type": self.headers.get("content-type", "application/json")}
        request = urllib.request.Request(f"{self.upstream}{route}", body, headers)  # noqa: S310 (loopback)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                self._answer(answer.status, answer.read(), answer.headers.get_content_type())
        except urllib.error.HTTPError as refusal:
            self._answer(refusal.code, refusal.read(), refusal.headers.get_content_type())
        except OSError:
            self._answer(503, b"", "text/plain")

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    _Proxy.upstream = sys.argv[2]
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Proxy).serve_forever()
