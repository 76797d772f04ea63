"""A process that answers with the model, and one that says meanwhile why none does."""

from __future__ import annotations

import asyncio
import json
import os
import select
import socket
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NamedTuple

from oci_mlflow_plugin.adapters.image_server.server import logs
from oci_mlflow_plugin.adapters.image_server.server.answers import refusal
from oci_mlflow_plugin.adapters.image_server.server.app import Application
from oci_mlflow_plugin.adapters.image_server.server.carrying import Carrier
from oci_mlflow_plugin.adapters.image_server.server.exchange import Exchange, GoneError
from oci_mlflow_plugin.adapters.image_server.server.loading import Loaded, load
from oci_mlflow_plugin.adapters.image_server.server.quick import quick_for
from oci_mlflow_plugin.adapters.image_server.server.settings import Settings
from oci_mlflow_plugin.adapters.image_server.server.warming import WarmUp

#: Exit status of a process that could not load its model.
NOT_LOADED = 3
LOADING = "the model is being loaded"
#: Seconds between two tries of a model that does not answer: twice as long each time, up to the last.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


class Pipes(NamedTuple):
    """What joins a process to the one above it."""

    #: Read here; it ends with the process above, and tells the door why it is needed.
    orders: int
    #: Written here, one JSON object a line.
    reports: int

    def report(self, **said: object) -> None:
        """Says it in one piece."""
        os.write(self.reports, json.dumps({"pid": os.getpid(), **said}).encode() + b"\n")

    def is_admitted(self) -> bool:
        """Waits until the process above says so; False where it has ended instead."""
        return bool(os.read(self.orders, 1 << 10))


def load_or_say_why(settings: Settings) -> Loaded | None:
    """The model, or None after the reason was logged."""
    try:
        return load(settings.model)
    except BaseException as fault:  # noqa: BLE001 - whatever a model raises
        told = "".join(traceback.format_exception_only(type(fault), fault)).strip()
        shown = "".join(traceback.format_exception(type(fault), fault, fault.__traceback__))
        logs.say("ERROR", f"the model cannot be loaded: {told}", exception=shown)
        return None


def work(
    settings: Settings, threads: int, sockets: Sequence[socket.socket], pipes: Pipes, loaded: Loaded | None
) -> int:
    """Serves with the model until SIGTERM; the exit status."""
    logs.log_as_json()
    loaded = loaded or load_or_say_why(settings)
    if loaded is None:
        return NOT_LOADED
    logs.log_as_json()
    if not _warm(WarmUp(loaded, settings.model), pipes):
        return 0
    quick = quick_for(loaded)
    pipes.report(ready=True, quick=quick is not None)
    if pipes.is_admitted():
        Carrier(Application(loaded, quick, threads), sockets, pipes.orders).carry()
    return 0


def _warm(warm_up: WarmUp, pipes: Pipes) -> bool:
    """Waits until the model has answered; False where the process above has ended before."""
    pause = _FIRST_PAUSE
    why = warm_up.why_not()
    while why:
        logs.say("ERROR", why)
        pipes.report(why=why)
        if select.select([pipes.orders], [], [], pause)[0]:
            return False
        pause = min(2 * pause, _LONGEST_PAUSE)
        why = warm_up.why_not()
    return True


class _Door:
    """Answers every request with 503 and the reason."""

    def __init__(self) -> None:
        self.why = LOADING

    def told(self, text: bytes) -> None:
        self.why = text.decode().splitlines()[-1]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        exchange = Exchange(scope, receive, send)
        try:
            await exchange.body()
            headers = ((b"connection", b"close"), (b"retry-after", b"1"))
            await exchange.answer(refusal(503, "ServiceUnavailable", f"not ready: {self.why}", headers))
        except (GoneError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            exchange.log()


def keep_door(sockets: Sequence[socket.socket], pipes: Pipes) -> int:
    """Says that no model is ready until SIGTERM; the exit status."""
    logs.log_as_json()
    door = _Door()
    Carrier(door, sockets, pipes.orders, closed=lambda: pipes.report(closed=True)).carry(door.told)
    return 0


def leave(status: int) -> None:
    """Ends the process, whatever threads a model has left behind."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
