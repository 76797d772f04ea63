"""The server's own lines in the deployment's log: its start, and one for each request."""

from __future__ import annotations

import os
import time
from contextlib import suppress

_STDERR = 2
#: Characters of a path; whoever sends a longer one is not helped by the rest.
_SHOWN = 200


def say(text: str) -> None:
    """Writes one line at once, in one piece; a log that cannot be written to does not keep a server from answering.

    Models set up logging as they like, so this does not go through it.
    """
    now = time.time()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
    line = f"{stamp},{int(now * 1000) % 1000:03} INFO server: {text}\n"
    with suppress(OSError):
        os.write(_STDERR, line.encode())


def say_request(method: str, path: str, status: int, seconds: float, size: int) -> None:
    """One request: its answer's status and bytes, and how long it took to find it; never what was sent.

    Args:
        method: As the client sent it.
        path: As the client sent it, without the query.
        status: HTTP status.
        seconds: From the end of the request's body to the answer.
        size: Bytes of the answer's body.
    """
    say(f"{_visible(method)} {_visible(path)} {status} {seconds * 1000:.1f} ms {size} B")


def _visible(text: str) -> str:
    """Without line ends or other control characters, by which a client could forge lines."""
    return text[:_SHOWN].encode("unicode_escape").decode()
