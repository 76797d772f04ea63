"""A pipe that tells a process that the one that it belongs to is gone, however that one ended.

The owner holds the writing end and never writes; the kernel closes it with the owner. Runs on Python 3.8 and later.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

#: Seconds for a clean end once the owner is gone.
_GRACE = 2.0


def watch(descriptor: int, ended: Callable[[], None]) -> None:
    """Calls `ended` in a thread of its own when the other end of the pipe is closed."""

    def wait() -> None:
        while os.read(descriptor, 1):
            pass
        ended()

    threading.Thread(target=wait, daemon=True).start()


def end_with(descriptor: int) -> None:
    """Lets this process, and its process group where it leads one, end when the owner does."""
    watch(descriptor, _end)


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
