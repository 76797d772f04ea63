"""A connection that can be closed or reset while a request is being answered."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

# on, and no time to linger: close() sends RST instead of FIN
_NO_LINGER = struct.pack("ii", 1, 0)


class Connection:
    """What an application may do to the connection of a request."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def close(self) -> None:
        """Closes after what was written is sent."""
        self._transport.close()

    def reset(self) -> None:
        """Resets: the other side sees ECONNRESET, unless it is gone already."""
        if self._transport.is_closing():
            return
        sock: socket.socket = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()

    def write_raw(self, data: bytes) -> None:
        self._transport.write(data)


class ConnectionProtocol(H11Protocol):
    """uvicorn's protocol, which hands the application its connection, as ``scope["state"]["connection"]``."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        state: dict[str, Any] = {**self.app_state, "connection": Connection(transport)}
        self.app_state = state
