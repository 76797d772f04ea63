"""A way to a registry that breaks: connections end when so many bytes have gone through."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 1 << 16


class CuttingProxy:
    """Passes on what arrives; `cuts` connections are cut after `after` bytes of a client each.

    One that `holds` keeps the connection open and passes nothing on any more, until it is let go.
    """

    def __init__(self, to: str, *, after: int, cuts: int, holds: bool = False) -> None:
        host, _, port = to.rpartition(":")
        self._to = (host, int(port))
        self._after = after
        self._left = cuts
        self._released = threading.Event()
        if not holds:
            self._released.set()
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        #: How many connections were cut.
        self.cut = 0
        #: Bytes that clients have sent.
        self.sent = 0

    def let_go(self) -> None:
        """Cuts the connections that are held."""
        self._released.set()

    @contextmanager
    def running(self) -> Iterator[CuttingProxy]:
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(self._to)
                threading.Thread(target=self._forth, args=(client, server), daemon=True).start()
                threading.Thread(target=self._back, args=(server, client), daemon=True).start()

    def _forth(self, client: socket.socket, server: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while data := client.recv(_PIECE):
                passed += len(data)
                self.sent += len(data)
                if passed > self._after and self._may_cut():
                    self._released.wait()
                    break
                server.sendall(data)
        _end(client, server)

    def _may_cut(self) -> bool:
        with self._lock:
            if not self._left:
                return False
            self._left -= 1
            self.cut += 1
            return True

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(_PIECE):
                client.sendall(data)
        _end(server, client)


def _end(*connections: socket.socket) -> None:
    for connection in connections:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
