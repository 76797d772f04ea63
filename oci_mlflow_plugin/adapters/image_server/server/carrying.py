"""uvicorn, told to end the way a deployment wants it, in every version that a model's environment may bring."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import uvicorn

#: Seconds in which requests that were begun are finished after SIGTERM; a prediction may take 60.
GRACE = 65.0
#: Seconds for the first request of a connection that was accepted just before the end.
_SILENCE = 2.0
_BACKLOG = 2048


class Carrier(uvicorn.Server):
    """Answers what it has accepted before it ends; uvicorn drops connections whose request has not come yet."""

    def __init__(
        self,
        app: Any,  # noqa: ANN401
        sockets: Sequence[socket.socket],
        watched: int,
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        config = uvicorn.Config(
            app,
            # the listening sockets are taken out of the loop by hand, which is the standard loop's way
            loop="asyncio",
            lifespan="off",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            # connections taken at once, so that one process does not take all that wait: others are idle
            backlog=1,
            timeout_keep_alive=75,
        )
        super().__init__(config)
        self._sockets = list(sockets)
        self._watched = watched
        self._closed = closed

    def carry(self, told: Callable[[bytes], None] | None = None) -> None:
        """Serves until SIGTERM, or until the other end of the watched pipe closes.

        Args:
            told: Is called with what comes from the pipe.
        """
        asyncio.run(self._carry(told))

    async def _carry(self, told: Callable[[bytes], None] | None) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        loop.add_reader(self._watched, self._look, told)
        await self.serve(sockets=self._sockets)

    def _look(self, told: Callable[[bytes], None] | None) -> None:
        text = os.read(self._watched, 1 << 16)
        if not text:
            asyncio.get_running_loop().remove_reader(self._watched)
            self._end()
        elif told is not None:
            told(text)

    def _end(self) -> None:
        """Takes no more connections from now on; uvicorn looks only ten times a second whether it is to end."""
        self._leave_sockets()
        self._closed()
        self.should_exit = True

    def _leave_sockets(self) -> None:
        loop = asyncio.get_running_loop()
        for sock in self._sockets:
            loop.remove_reader(sock.fileno())

    def install_signal_handlers(self) -> None:
        """Leaves signals alone, as uvicorn before 0.29 asks for."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals alone; uvicorn raises them once more when it has ended, and the status would not be 0."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to listen, with the system's queue as long as it was."""
        await super().startup(sockets=sockets)
        for sock in self._sockets:
            sock.listen(_BACKLOG)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no more connections, and ends when those that it has are answered."""
        self._leave_sockets()
        # connections that were accepted meanwhile get their handlers before the sockets close
        await asyncio.sleep(0.05)
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            if _has_begun(connection):
                # at once where its last request was answered, else with the answer
                connection.shutdown()
        await self._answered()
        await super().shutdown(sockets)

    async def _answered(self) -> None:
        asked = time.monotonic()
        while self.server_state.connections:
            waited = time.monotonic() - asked
            silent = not any(map(_has_begun, self.server_state.connections))
            if waited > (_SILENCE if silent else GRACE):
                return
            await asyncio.sleep(0.02)


def _has_begun(connection: Any) -> bool:  # noqa: ANN401
    return getattr(connection, "cycle", None) is not None
