"""A server for channels in this process: HTTP as conda's tools use it, with what can go wrong."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

import attrs

from rig.channel.faults import Fault, Faults
from rig.channel.guards import BasicAuth, Everybody, Guard

_POLL = 0.01


@attrs.frozen
class Request:
    """What a client asked, and what it was told."""

    method: str
    #: As it came, a token included.
    path: str
    status: int
    #: The header, or None.
    authorization: str | None = None

    @property
    def filename(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class ChannelServer:
    """Serves a folder of channels on this machine while it is used as a context manager.

    Args:
        folder: Each folder in it is a channel; see `rig.channel.channels`.
        guard: Whom it lets in.
    """

    def __init__(self, folder: Path, guard: Guard | None = None) -> None:
        self.folder = folder
        self.guard: Guard = guard or Everybody()
        self.faults = Faults()
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)

    @property
    def host(self) -> str:
        """``127.0.0.1:PORT``."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Without credentials or slash; a channel is one segment below: what a channel alias is."""
        return f"http://{self.host}"

    def downloaded(self) -> list[str]:
        """Names of the archives that were asked for and given, in order."""
        given = [one for one in self.requests if one.method == "GET" and one.status == HTTPStatus.OK]
        return [one.filename for one in given if one.filename.endswith((".conda", ".tar.bz2"))]

    def __enter__(self) -> ChannelServer:  # noqa: PYI034 - Self is of Python 3.11, and nothing is derived from it
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler_of(server: ChannelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        channels = server

    return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    channels: ChannelServer

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        inside = self.channels.guard.admitted(path, self.headers.get("Authorization"))
        file = None if inside is None else self._file(inside)
        fault = self.channels.faults.take(path) if self.command == "GET" and inside is not None else None
        if inside is None:
            self._refuse(HTTPStatus.UNAUTHORIZED)
        elif fault in {Fault.NOT_FOUND, Fault.UNAVAILABLE}:
            self._refuse(HTTPStatus(fault.value))
        elif file is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif self.headers.get("If-None-Match") == _etag(file) and fault is None:
            self._refuse(HTTPStatus.NOT_MODIFIED)
        else:
            self._give(file, fault)

    def _file(self, path: str) -> Path | None:
        file = Path(os.path.normpath(f"{self.channels.folder}/{path}"))
        return file if file.is_relative_to(self.channels.folder) and file.is_file() else None

    def _refuse(self, status: HTTPStatus) -> None:
        self._note(status)
        self.send_response(status)
        if status is HTTPStatus.UNAUTHORIZED and isinstance(self.channels.guard, BasicAuth):
            self.send_header("WWW-Authenticate", 'Basic realm="channel"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _give(self, file: Path, fault: Fault | None) -> None:
        body = bytearray(file.read_bytes())
        if fault is Fault.ALTERED:
            body[len(body) // 2] ^= 0xFF
        self._note(HTTPStatus.OK)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json" if file.suffix == ".json" else "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", _etag(file))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if self.command == "HEAD":
            return
        # clients stop reading once they have seen enough, or are killed
        with suppress(ConnectionError):
            self.wfile.write(body[: len(body) // 2] if fault is Fault.CUT else body)
        self.close_connection = self.close_connection or fault is Fault.CUT

    def _note(self, status: HTTPStatus) -> None:
        request = Request(self.command, self.path, int(status), self.headers.get("Authorization"))
        self.channels.requests.append(request)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keeps the test's output clean."""


def _etag(file: Path) -> str:
    status = file.stat()
    return f'"{status.st_size:x}-{status.st_mtime_ns:x}"'
