"""Calls that are given up after a time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any


class DeadlinePassedError(Exception):
    """The call took too long; a class of its own, because `TimeoutError` may be the function's."""


class _Call:
    """One call and what came of it."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function
        self.ended = threading.Event()
        self.value: Any = None
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            self.value = self.function()
        except BaseException as fault:  # noqa: BLE001 - handed to the waiting thread
            self.fault = fault
        self.ended.set()


class DeadlineThreads:
    """Threads that are kept for the next call, because native libraries keep state for each thread they see.

    A call that is given up goes on in its thread, since nothing can stop it; afterwards the thread serves again.
    """

    def __init__(self) -> None:
        self._idle: queue.SimpleQueue[queue.SimpleQueue[_Call]] = queue.SimpleQueue()

    def run(self, function: Callable[[], Any], seconds: float) -> Any:  # noqa: ANN401
        """What the function returns.

        Raises:
            DeadlinePassedError: It took longer than `seconds`.
        """
        call = _Call(function)
        self._thread().put(call)
        if not call.ended.wait(seconds):
            raise DeadlinePassedError
        if call.fault is not None:
            raise call.fault
        return call.value

    def _thread(self) -> queue.SimpleQueue[_Call]:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            inbox: queue.SimpleQueue[_Call] = queue.SimpleQueue()
            threading.Thread(target=self._work, args=(inbox,), daemon=True).start()
            return inbox

    def _work(self, inbox: queue.SimpleQueue[_Call]) -> None:
        while True:
            inbox.get().run()
            self._idle.put(inbox)
