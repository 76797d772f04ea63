"""The ASGI application: routes to the model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from oci_mlflow_plugin.adapters.image_server.server import answers
from oci_mlflow_plugin.adapters.image_server.server.answers import Answer
from oci_mlflow_plugin.adapters.image_server.server.content import form_of
from oci_mlflow_plugin.adapters.image_server.server.exchange import Exchange, GoneError
from oci_mlflow_plugin.adapters.image_server.server.loading import Loaded
from oci_mlflow_plugin.adapters.image_server.server.logs import REQUEST_ID
from oci_mlflow_plugin.adapters.image_server.server.payload import Payload, failure
from oci_mlflow_plugin.adapters.image_server.server.quick import Quick
from oci_mlflow_plugin.adapters.image_server.server.streaming import MEDIA, Stream, can_stream, wants_stream

#: Seconds for one prediction. Source: OCI documentation, "Invoking a model deployment".
TIME_LIMIT = 60.0
_STREAM_ROUTE = "/predictWithResponseStream"
_GET, _POST = ("GET", "HEAD"), ("POST",)
_METHODS = {
    "/predict": _POST,
    "/invocations": _POST,
    _STREAM_ROUTE: _POST,
    "/health": _GET,
    "/ping": _GET,
    "/version": _GET,
}


class Application:
    """Answers the requests of one process."""

    def __init__(self, loaded: Loaded, quick: Quick | None, threads: int) -> None:
        self._loaded = loaded
        self._payload = Payload(loaded, quick)
        self._threads = ThreadPoolExecutor(threads, "predict")
        self._streams = can_stream(loaded)
        # what conda deployments on this machine answer
        self._health = answers.answer({"status": "ok", "python": loaded.python, "server": "uvicorn"})
        self._version = Answer(200, loaded.mlflow_version.encode())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Answers one request, and writes the line about it.

        Raises:
            ValueError: The scope is none of HTTP.
        """
        if scope["type"] != "http":
            message = f"this server carries HTTP, not {scope['type']}"
            raise ValueError(message)
        exchange = Exchange(scope, receive, send)
        REQUEST_ID.set(exchange.request_id)
        try:
            await self._answer(exchange)
        except (GoneError, ConnectionError):
            pass
        finally:
            exchange.log()

    async def _answer(self, exchange: Exchange) -> None:
        refused = _refusal(exchange)
        if refused is not None:
            await exchange.answer(refused)
        elif exchange.method != "POST":
            await exchange.answer(self._version if exchange.path == "/version" else self._health)
        else:
            await self._predict(exchange)

    async def _predict(self, exchange: Exchange) -> None:
        body = await exchange.body()
        if body is None:
            await exchange.answer(answers.too_large())
            return
        form = form_of(exchange.content_type, is_lenient=exchange.path != "/invocations")
        if isinstance(form, Answer):
            await exchange.answer(form)
        elif self._streams and _asks_for_stream(exchange, body):
            await self._stream(exchange, body, form)
        else:
            await exchange.answer(await self._in_time(self._payload.answered, body, form))

    async def _in_time(self, function: Callable[..., Answer], *arguments: Any) -> Answer:  # noqa: ANN401
        """The function's answer, or 500 after the limit; nothing can stop a prediction, which goes on in its thread."""
        call = asyncio.ensure_future(self._run(function, *arguments))
        await asyncio.wait({call}, timeout=TIME_LIMIT)
        if call.done():
            return call.result()  # type: ignore[no-any-return]
        message = f"the prediction took longer than {TIME_LIMIT:g} s, the limit of OCI model deployments"
        return answers.refusal(500, "InternalServerError", message)

    def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, copy_context().run, function, *arguments)

    async def _stream(self, exchange: Exchange, body: bytes, form: str) -> None:
        # one context for all pieces, since MLflow sets and resets variables in it between them
        context = copy_context()
        loop = asyncio.get_running_loop()

        def run(function: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401
            return loop.run_in_executor(self._threads, lambda: context.run(function, *arguments))

        begun = await run(_begun, self._loaded, self._payload, body, form)
        if isinstance(begun, Answer):
            await exchange.answer(begun)
            return
        stream, piece = begun
        gone = asyncio.ensure_future(exchange.gone())
        try:
            await exchange.begin(MEDIA)
            while piece is not None and not gone.done():
                await exchange.piece(piece, more=True)
                piece = await run(stream.following)
            await exchange.piece(b"", more=False)
        finally:
            gone.cancel()
            await run(stream.close)


def _begun(loaded: Loaded, payload: Payload, body: bytes, form: str) -> Any:  # noqa: ANN401
    """The stream and its first event, or the answer where there is none."""
    try:
        stream = Stream(loaded, payload, body, form)
        return stream, stream.first()
    except BaseException as fault:  # noqa: BLE001 - sys.exit() in a model must not end the server
        return failure(fault)


def _refusal(exchange: Exchange) -> Answer | None:
    methods = _METHODS.get(exchange.path)
    if methods is None:
        return answers.not_found(exchange.path)
    if exchange.method not in methods:
        return answers.not_allowed(exchange.path, exchange.method, methods)
    return None


def _asks_for_stream(exchange: Exchange, body: bytes) -> bool:
    accepted = [part.partition(";")[0].strip() for part in exchange.accept.split(",")]
    return exchange.path == _STREAM_ROUTE or "text/event-stream" in accepted or wants_stream(body)
