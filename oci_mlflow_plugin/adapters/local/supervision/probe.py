"""Asking a server whether it is ready."""

from __future__ import annotations

import select
import socket

_REQUEST = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
_READY = b" 200 "


class HealthProbe:
    """One request for ``/health`` that waits in the server's queue until the server takes it.

    The socket listens before the server is there, so one question is enough and its answer comes without delay.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: socket.socket | None = None
        self.ready = False

    def look(self) -> None:
        """Sees whether the answer has come, without waiting; asks (again) where no question is out."""
        if self._connection is None:
            self._connection = socket.create_connection(("127.0.0.1", self._port), timeout=1)
            self._connection.sendall(_REQUEST)
        if select.select([self._connection], [], [], 0)[0]:
            self._read(self._connection)

    def _read(self, connection: socket.socket) -> None:
        try:
            self.ready = _READY in connection.recv(64)[:16]
        except OSError:
            self.ready = False
        self.close()

    def close(self) -> None:
        """Takes the question back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
