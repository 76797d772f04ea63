"""A server that answers by a script, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Scripted:
    """One answer; without a status the connection is closed after the request was read."""

    status: int | None = 200
    body: bytes = b'{"predictions": [2]}'
    headers: dict[str, str] = attrs.field(factory=dict)
    #: Waited for before the answer.
    after: threading.Event | None = None


@attrs.frozen(kw_only=True)
class Asked:
    path: str
    body: bytes
    headers: dict[str, str]


@attrs.define
class ScriptedServer:
    url: str
    answers: list[Scripted] = attrs.field(factory=list)
    asked: list[Asked] = attrs.field(factory=list)


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    script: ScriptedServer

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append(Asked(path=self.path, body=body, headers=headers))
            self._answer(script.answers.pop(0) if script.answers else Scripted())

        def _answer(self, answer: Scripted) -> None:
            if answer.after is not None:
                answer.after.wait(10)
            self.close_connection = True
            if answer.status is None:
                return
            self.send_response(answer.status)
            usual = {"content-type": "application/json; charset=utf-8", "content-length": str(len(answer.body))}
            for name, value in {**usual, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script = ScriptedServer(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
