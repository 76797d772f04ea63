"""The HTTP server, in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import uvicorn

from oci_twin.http.connection import ConnectionProtocol

_BACKLOG = 256
# longer than clients keep idle connections, so that none is closed under a request
_KEEP_ALIVE = 120


class Server:
    """Listens on loopback from the moment it is made, and answers between ``start`` and ``stop``.

    Args:
        port: 0 for any that is free.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, application: Any, port: int = 0) -> None:
        # asyncio sets TCP_NODELAY only where the socket names its protocol; without it each answer waits some 40 ms
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            raise
        self._socket.listen(_BACKLOG)
        config = uvicorn.Config(
            application,
            http=ConnectionProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="oci-twin", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        # Connections wait in the backlog until the thread answers.
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))
