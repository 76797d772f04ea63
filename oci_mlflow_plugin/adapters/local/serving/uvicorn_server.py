"""uvicorn."""

from __future__ import annotations

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn

from oci_mlflow_plugin.adapters.local.serving.answers import Response
from oci_mlflow_plugin.adapters.local.serving.bodies import Body, content_length
from oci_mlflow_plugin.adapters.local.serving.handling import Handler, Request
from oci_mlflow_plugin.adapters.local.serving.job import GRACE, THREADS, Job
from oci_mlflow_plugin.adapters.local.serving.loading import loaded_handler


class _Server(uvicorn.Server):
    """Answers what it has accepted before it ends; uvicorn drops connections whose request has not come yet."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        for sock in sockets or []:
            loop.remove_reader(sock.fileno())
        deadline = time.monotonic() + GRACE
        # connections that were accepted meanwhile get their handlers before the sockets close
        await asyncio.sleep(0.05)
        for server in self.servers:
            server.close()
        while self.server_state.connections and time.monotonic() < deadline:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)


def asgi_app(handler: Handler) -> Any:  # noqa: ANN401
    """An ASGI 3 application that asks the handler in a thread."""
    threads = ThreadPoolExecutor(THREADS)

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        headers = dict(scope["headers"])
        length = content_length(headers[b"content-length"].decode() if b"content-length" in headers else None)
        request = Request(scope["method"], scope["path"], length, await _body(receive))
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(threads, handler.handle, request)
        await _send(send, response)

    return app


async def _body(receive: Any) -> bytes | None:  # noqa: ANN401
    body = Body()
    more = True
    while more and not body.exhausting:
        message = await receive()
        body.add(message.get("body", b""))
        more = message.get("more_body", False)
    return body.value()


async def _send(send: Any, response: Response) -> None:  # noqa: ANN401
    headers = [(name.lower().encode(), value.encode()) for name, value in response.headers]
    headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def serve(job: Job) -> None:
    """Loads the model, then serves until SIGTERM."""
    handler = loaded_handler(job, "uvicorn")
    config = uvicorn.Config(
        asgi_app(handler),
        # the listening sockets are taken out of the loop by hand, which is the standard loop's way
        loop="asyncio",
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
    )
    _Server(config).run(sockets=job.sockets())
