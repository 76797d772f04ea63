"""Questions that are asked at the same time, and waited for no longer than is bearable."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import attrs

_T = TypeVar("_T")


def answers(questions: Sequence[Callable[[], _T]], *, at_once: int, seconds: float) -> list[_T]:
    """What the questions return, in their order.

    A thread that a library holds up is left behind as a daemon: neither the caller nor the end of the process waits.

    Raises:
        TimeoutError: Not everything was answered in time.
        Exception: What the first question to fail raised; those that have not begun are not asked.
    """
    asked = _Asked(list(questions))
    for _ in range(min(at_once, len(questions))):
        threading.Thread(target=asked.work, name="oci-mlflow-asking", daemon=True).start()
    try:
        return asked.collected(time.monotonic() + seconds)
    finally:
        asked.over.set()


@attrs.define(init=False)
class _Asked(Generic[_T]):
    over: threading.Event
    _size: int
    _open: queue.SimpleQueue[tuple[int, Callable[[], _T]]]
    _told: queue.SimpleQueue[tuple[int, list[_T], Exception | None]]

    def __init__(self, questions: list[Callable[[], _T]]) -> None:
        self.over = threading.Event()
        self._size = len(questions)
        self._open, self._told = queue.SimpleQueue(), queue.SimpleQueue()
        for numbered in enumerate(questions):
            self._open.put(numbered)

    def work(self) -> None:
        """Asks one question after the other until none is left."""
        while not self.over.is_set():
            try:
                number, question = self._open.get_nowait()
            except queue.Empty:
                return
            try:
                self._told.put((number, [question()], None))
            except Exception as fault:  # noqa: BLE001 (raised again where the answers are waited for)
                self._told.put((number, [], fault))

    def collected(self, end: float) -> list[_T]:
        """All answers in the questions' order; `end` is in time.monotonic's seconds."""
        found: dict[int, _T] = {}
        while len(found) < self._size:
            try:
                number, answer, fault = self._told.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError from None
            if fault is not None:
                raise fault
            found[number] = answer[0]
        return [found[number] for number in range(self._size)]
