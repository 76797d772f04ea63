"""The deployment's URL, behind which containers change: requests are handed to the one that serves.

Every connection ends with its answer, so that no request is sent to a server that is about to leave.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from contextlib import suppress

from oci_mlflow_plugin.adapters.local.containers.exchange import Exchange
from oci_mlflow_plugin.adapters.local.containers.upstream import Upstream

_POLL = 0.05


class Proxy:
    """Threads that take requests from the sockets and hand them to a container."""

    def __init__(self, sockets: list[socket.socket], upstream: Upstream) -> None:
        self._sockets = sockets
        self._upstream = upstream
        self._selector = selectors.DefaultSelector()
        self._leaving = threading.Event()
        self._busy: set[threading.Thread] = set()
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def start(self) -> None:
        for each in self._sockets:
            self._selector.register(each, selectors.EVENT_READ)
        self._accepting.start()

    def close(self) -> None:
        """Takes no request any more."""
        self._leaving.set()
        self._accepting.join()
        self._selector.close()
        for each in self._sockets:
            each.close()

    def drain(self, seconds: float) -> None:
        """Waits until all requests that were taken are answered, at most for those seconds."""
        deadline = time.monotonic() + seconds
        for each in list(self._busy):
            each.join(max(0.0, deadline - time.monotonic()))

    def _accept(self) -> None:
        while not self._leaving.is_set():
            for key, _ in self._selector.select(_POLL):
                # another server of the same socket may have been faster
                with suppress(OSError):
                    connection, _address = key.fileobj.accept()  # type: ignore[union-attr]
                    self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.setblocking(True)  # noqa: FBT003 - the only form
        thread = threading.Thread(target=self._answer, args=(connection,), daemon=True)
        self._busy.add(thread)
        thread.start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError), connection:
                Exchange(connection, self._upstream)
        finally:
            self._busy.discard(threading.current_thread())
