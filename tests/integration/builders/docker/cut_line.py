"""A line to an engine that can be cut."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType


class CutLine:
    """Passes on what a client and the engine's socket say to each other, until it is cut; then nobody answers.

    Args:
        engine: ``unix://…`` of the engine.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine.removeprefix("unix://")
        self._folder = tempfile.TemporaryDirectory(prefix="line-")
        self._path = Path(self._folder.name) / "engine.sock"
        self._listener = socket.socket(socket.AF_UNIX)
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.host = f"unix://{self._path}"

    def cut_at(self, text: str, says: Callable[[str], None]) -> Callable[[str], None]:
        """What tells a step, and cuts the line when it tells `text`."""

        def told(said: str) -> None:
            says(said)
            if said == text:
                self.cut()

        return told

    def cut(self) -> None:
        """Ends all that goes on, and takes nothing new."""
        self._path.unlink(missing_ok=True)
        self._listener.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> CutLine:  # noqa: PYI034 - typing.Self is newer than Python 3.10
        self._listener.bind(str(self._path))
        self._listener.listen()
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for each in self._open:
            each.close()
        self._folder.cleanup()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(self._engine)
            self._open += [client, engine]
            self._start(_pass_on, client, engine)
            self._start(_pass_on, engine, client)


def _pass_on(source: socket.socket, to: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)
