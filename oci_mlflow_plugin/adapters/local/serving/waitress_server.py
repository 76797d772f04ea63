"""waitress."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

from oci_mlflow_plugin.adapters.local.serving.answers import BODY_LIMIT
from oci_mlflow_plugin.adapters.local.serving.job import GRACE, THREADS, Job
from oci_mlflow_plugin.adapters.local.serving.loading import loaded_handler
from oci_mlflow_plugin.adapters.local.serving.wsgi import wsgi_app


class _Task(WSGITask):  # type: ignore[misc]
    """Ends the connection with the answer; an application is not allowed to ask for that."""

    def __init__(self, channel: Any, request: Any) -> None:  # noqa: ANN401
        super().__init__(channel, request)
        request.headers["CONNECTION"] = "close"
        if request.chunked:
            # waitress has taken the header away and told a length of its own
            request.headers["TRANSFER_ENCODING"] = "chunked"


def serve(job: Job) -> None:
    """Loads the model, then serves until SIGTERM."""
    app = wsgi_app(loaded_handler(job, "waitress"))
    HTTPChannel.task_class = _Task
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=sockets,
        sockets=job.sockets(),
        threads=THREADS,
        ident="",
        # read and thrown away up to here, so that the client sees the answer
        max_request_body_size=64 * BODY_LIMIT,
    )
    # it warns of every request that waits for a thread
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    while not asked:
        wasyncore.loop(timeout=0.5, map=sockets, count=1)
    _drain(sockets)
    server.task_dispatcher.shutdown(cancel_pending=False, timeout=1)


def _drain(sockets: dict[int, Any]) -> None:
    for listener in [each for each in sockets.values() if isinstance(each, TcpWSGIServer)]:
        listener.del_channel()
        listener.socket.close()
    deadline = time.monotonic() + GRACE
    while any(isinstance(each, HTTPChannel) for each in sockets.values()) and time.monotonic() < deadline:
        wasyncore.loop(timeout=0.05, map=sockets, count=1)
