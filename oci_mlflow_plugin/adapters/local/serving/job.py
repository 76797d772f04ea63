"""What a server process is told by the supervisor that starts it."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

#: Threads that predict at once in one server process.
THREADS = 8
#: Seconds in which requests that were begun are finished after SIGTERM; a prediction may take 60.
GRACE = 65.0
#: Exit status of a server that could not load its model; gunicorn uses it for the same.
NOT_LOADED = 3


class Job:
    """One server process: its artifact, its sockets and the pipe that ends when its supervisor does."""

    def __init__(self, plain: dict[str, Any]) -> None:
        self.artifact = Path(plain["artifact"])
        #: File for the one line that says why the model could not be loaded.
        self.fault = Path(plain["fault"])
        self.lifeline = int(plain["lifeline"])
        #: The name of one server, or empty for the best that the environment has.
        self.server = str(plain.get("server", ""))
        self._descriptors = [int(number) for number in plain["sockets"]]

    @classmethod
    def parse(cls, text: str) -> Job:
        """Reads the JSON text that the supervisor passes as the argument."""
        return cls(json.loads(text))

    def sockets(self) -> list[socket.socket]:
        """The listening sockets: the deployment's, and the private one that the supervisor asks for health."""
        return [socket.socket(fileno=number) for number in self._descriptors]

    def binds(self) -> list[str]:
        """The same in gunicorn's words."""
        return [f"fd://{number}" for number in self._descriptors]
