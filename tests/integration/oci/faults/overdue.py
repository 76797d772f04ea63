"""Answers that are overdue, without anybody waiting for them by the wall clock."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from oci_twin.http.faults import Faults
from urllib3.connection import HTTPConnection

#: Seconds in which some answer comes, or the twin is broken.
_SOME = 60.0


@contextmanager
def overdue_at_once(faults: Faults) -> Iterator[None]:
    """Within the context a client's time is up as soon as the twin begins to delay its answer.

    What the client does then is what it does when its timer runs out: the timer's exception is raised where the
    answer is waited for. The twin lets go of the call, as it does of one whose client has gone.
    """
    waiting, delaying = socket.socketpair()
    request, getresponse = HTTPConnection.request, HTTPConnection.getresponse

    def delayed(_seconds: float) -> bool:
        delaying.send(b"!")
        return False

    def is_said() -> bool:
        return bool(select.select([waiting], [], [], 0)[0])

    def begun(connection: HTTPConnection, *arguments: Any, **more: Any) -> None:
        # what was said of a call before this one, which was reset while its body was on its way, is not about this one
        while is_said():
            waiting.recv(1)
        request(connection, *arguments, **more)

    def waited(connection: HTTPConnection) -> Any:
        select.select([connection.sock, waiting], [], [], _SOME)
        # looked at once more: when a call that was let go of is seen to be reset, this was said before
        if is_said():
            waiting.recv(1)
            raise TimeoutError("timed out")
        return getresponse(connection)

    with closing(waiting), closing(delaying), pytest.MonkeyPatch.context() as patch:
        patch.setattr(faults, "delay", delayed)
        patch.setattr(HTTPConnection, "request", begun)
        patch.setattr(HTTPConnection, "getresponse", waited)
        yield
