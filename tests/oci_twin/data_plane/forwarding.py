"""Handing a request to a deployment's server, and its answer back."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import attrs

from oci_twin.http.call import Call, Headers, Reply

_CHUNK = 1 << 16
#: What the gateway consumes, and what belongs to one connection.
_NOT_FORWARDED = frozenset(
    (
        "authorization",
        "connection",
        "content-length",
        "date",
        "expect",
        "host",
        "keep-alive",
        "opc-client-info",
        "opc-client-retries",
        "opc-obo-token",
        "opc-request-id",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-content-sha256",
        "x-date",
    )
)
_NOT_RETURNED = frozenset(
    (
        "connection",
        "content-length",
        "date",
        "keep-alive",
        "opc-request-id",
        "server",
        "transfer-encoding",
    )
)
_EVENTS = "text/event-stream"


class ServerGone(Exception):  # noqa: N818 - what is answered with 503
    """Nobody listens there, or the connection broke before the answer was whole."""


class NotReached(ServerGone):
    """Nobody listens there, so that the request was certainly not begun."""


class TookTooLong(Exception):  # noqa: N818 - what is answered with 500
    """The answer was not there in time."""


class NoStream(Exception):  # noqa: N818 - what is answered with 409
    """A stream was asked for, and the server answered in one piece."""


@attrs.frozen
class Forwarding:
    """One request on its way to a server.

    Attributes:
        path: What the server is asked for, with its query, such as ``/predict``.
        streams: Whether the answer has to be a stream, which is then handed on as it comes.
        seconds: For all of it.
    """

    call: Call
    path: str
    streams: bool
    seconds: float

    def to(self, url: str) -> Reply:
        """The server's answer.

        Raises:
            ServerGone: There is no answer; `NotReached` where the request did not arrive.
            TookTooLong: There is none in time.
            NoStream: There is one, but no stream.
        """
        deadline = time.monotonic() + self.seconds
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.seconds)
        handed_on = False
        try:
            _connect(connection)
            answer = self._asked(connection, parts.path)
            if self.streams and answer.status < 300:
                reply = self._stream(connection, answer, deadline)
                handed_on = True
            else:
                reply = Reply(
                    answer.status, body=b"".join(_chunks(connection, answer, deadline)), headers=_returned(answer)
                )
        except TimeoutError as fault:
            raise TookTooLong from fault
        except (OSError, http.client.HTTPException) as fault:
            raise ServerGone from fault
        finally:
            if not handed_on:
                connection.close()
        return reply

    def _asked(self, connection: http.client.HTTPConnection, prefix: str) -> http.client.HTTPResponse:
        headers = {name: value for name, value in self.call.headers.items() if name not in _NOT_FORWARDED}
        connection.request(self.call.method, prefix.rstrip("/") + self.path, self.call.content(), headers)
        return connection.getresponse()

    def _stream(
        self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, deadline: float
    ) -> Reply:
        if answer.length is not None and not _is_event_stream(answer):
            raise NoStream
        return Reply(answer.status, body=_closing(connection, answer, deadline), headers=_returned(answer))


def path_of(call: Call, path: str) -> str:
    """The path with the call's query."""
    return f"{path}?{urlencode(call.query)}" if call.query else path


def _connect(connection: http.client.HTTPConnection) -> None:
    try:
        connection.connect()
    except OSError as fault:
        raise NotReached from fault


def _is_event_stream(answer: http.client.HTTPResponse) -> bool:
    return (answer.getheader("Content-Type") or "").startswith(_EVENTS)


def _chunks(
    connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, deadline: float
) -> Iterator[bytes]:
    """The body as it comes.

    Raises:
        TimeoutError: The deadline passes before its end.
    """
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        chunk = answer.read1(_CHUNK)
        if not chunk:
            break
        yield chunk
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)


def _closing(
    connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, deadline: float
) -> Iterator[bytes]:
    try:
        yield from _chunks(connection, answer, deadline)
    finally:
        answer.close()
        connection.close()


def _returned(answer: http.client.HTTPResponse) -> Headers:
    return Headers([(name, value) for name, value in answer.getheaders() if name.lower() not in _NOT_RETURNED])
