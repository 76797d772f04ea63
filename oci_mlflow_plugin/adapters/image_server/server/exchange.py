"""One request and its answer, as ASGI carries them."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from oci_mlflow_plugin.adapters.image_server.server.answers import BODY_LIMIT, Answer
from oci_mlflow_plugin.adapters.image_server.server.logs import say_request

#: What is read and thrown away so that a client can finish sending and see the answer, rather than a broken connection.
_PATIENCE = 64 * BODY_LIMIT
#: Ids that are taken over; OCI's have three parts of 32 digits.
_ID = re.compile(rb"[\w./+=:-]{1,256}")


class GoneError(Exception):
    """The client left before the request was whole."""


class Exchange:
    """A request, what was answered, and the line about both in the log."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        self._scope = scope
        self._receive = receive
        self._send = send
        self._began = time.perf_counter()
        self._status = 0
        self._sent = 0
        self._received = 0
        headers = dict(scope["headers"])
        given = headers.get(b"opc-request-id", b"")
        self.request_id = given.decode() if _ID.fullmatch(given) else uuid.uuid4().hex.upper()
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.content_type: str = headers.get(b"content-type", b"").decode("latin-1")
        self.accept: str = headers.get(b"accept", b"").decode("latin-1")

    async def body(self) -> bytes | None:
        """The whole body, or None where it is larger than the limit.

        Raises:
            GoneError: The client left.
        """
        pieces: list[bytes] = []
        more = True
        while more and self._received <= _PATIENCE:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            piece = message.get("body", b"")
            self._received += len(piece)
            more = message.get("more_body", False)
            if self._received > BODY_LIMIT:
                pieces.clear()
            else:
                pieces.append(piece)
        return None if self._received > BODY_LIMIT else b"".join(pieces)

    async def gone(self) -> None:
        """Returns when the client has left; the body has to be read by then."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def answer(self, answer: Answer) -> None:
        """Sends a whole answer; `HEAD` gets its headers alone."""
        length = (b"content-length", str(len(answer.body)).encode())
        await self._start(answer.status, answer.media, (length, *answer.extra))
        await self.piece(b"" if self.method == "HEAD" else answer.body, more=False)

    async def begin(self, media: bytes) -> None:
        """Begins an answer that comes in pieces, which nothing on the way shall hold back."""
        await self._start(200, media, ((b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")))

    async def piece(self, body: bytes, *, more: bool) -> None:
        """Sends a piece of the answer."""
        self._sent += len(body)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def _start(self, status: int, media: bytes, extra: tuple) -> None:  # type: ignore[type-arg]
        self._status = status
        headers = [(b"content-type", media), (b"opc-request-id", self.request_id.encode()), *extra]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def log(self) -> None:
        """Writes the line; status 499 where the client left without an answer."""
        answered = (self._status or 499, self._sent, self._received)
        say_request(self._scope, self.request_id, answered, time.perf_counter() - self._began)
