"""The ASGI application: bodies in, answers out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl

from attrs import frozen

from oci_twin.http.answer import Answer
from oci_twin.http.call import Call, Headers
from oci_twin.http.connection import Connection
from oci_twin.http.dispatch import Dispatcher
from oci_twin.http.spooling import Spool, Spooled
from oci_twin.state import State

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_NO_BODY = (204, 304)
# Bytes of a body that are hashed and written at a time, in another thread.
_HANDED_OVER = 1024 * 1024
_DIGEST_HEADERS = ("x-content-sha256", "opc-content-sha256")


@frozen
class Application:
    """Receives a request's whole body before anything is done, and does it in a thread of ``workers``."""

    dispatcher: Dispatcher
    state: State
    workers: ThreadPoolExecutor

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
        spooled = await self._received(headers, receive)
        if spooled is None:
            return
        try:
            call, target = _call(scope, headers, spooled)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self.workers, self.dispatcher.answer, call, target)
            try:
                await self._deliver(answer, scope, receive, send)
            finally:
                answer.close()
        finally:
            spooled.discard()

    async def _received(self, headers: Headers, receive: Receive) -> Spooled | None:
        spool = Spool(self.state.new_blob(), wants_sha256=any(name in headers for name in _DIGEST_HEADERS))
        loop = asyncio.get_running_loop()
        writing: asyncio.Future[None] = loop.create_future()
        writing.set_result(None)
        arrived: list[bytes] = []
        more, gone = True, False
        while more:
            message = await receive()
            gone = message["type"] == "http.disconnect"
            arrived.append(message.get("body", b""))
            more = message.get("more_body", False)
            if sum(map(len, arrived)) >= _HANDED_OVER:
                # What is hashed and written meanwhile costs the next megabyte no time.
                await writing
                writing = loop.run_in_executor(self.workers, spool.write, arrived)
                arrived = []
        await writing
        spool.write(arrived)
        spooled = spool.finish()
        if gone:
            spooled.discard()
            return None
        return spooled

    async def _deliver(self, answer: Answer, scope: Message, receive: Receive, send: Send) -> None:
        connection: Connection = scope["state"]["connection"]
        if answer.ending == "reset":
            connection.reset()
        elif answer.ending == "cut":
            await self._cut(answer, connection, send)
        else:
            await self._whole(answer, scope["method"], send)
            return
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _whole(self, answer: Answer, method: str, send: Send) -> None:
        await send(_start(answer))
        if method != "HEAD" and answer.status not in _NO_BODY:
            while (chunk := await self._next(answer)) is not None:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _cut(self, answer: Answer, connection: Connection, send: Send) -> None:
        if answer.length == 0:
            connection.write_raw(b"HTTP/1.1 2")
        else:
            await send(_start(answer))
            chunk = await self._next(answer) or b""
            half = chunk[: (answer.length or len(chunk)) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        connection.close()

    async def _next(self, answer: Answer) -> bytes | None:
        if not answer.waits:
            return next(answer.chunks, None)
        return await asyncio.get_running_loop().run_in_executor(self.workers, next, answer.chunks, None)


def _call(scope: Message, headers: Headers, spooled: Spooled) -> tuple[Call, str]:
    path = scope["raw_path"].decode("ascii")
    query = scope["query_string"].decode("ascii")
    call = Call(
        method=scope["method"],
        path=path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=spooled.body,
        length=spooled.length,
        md5=spooled.md5,
        sha256=spooled.sha256,
        file=spooled.file,
    )
    return call, f"{path}?{query}" if query else path


def _start(answer: Answer) -> Message:
    headers = dict(answer.headers)
    if answer.length is not None and answer.status not in _NO_BODY:
        headers.setdefault("content-length", str(answer.length))
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": answer.status, "headers": pairs}
