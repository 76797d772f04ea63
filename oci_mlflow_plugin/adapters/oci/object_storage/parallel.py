"""Many transfers at once, of which the first that fails ends all."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Generic, TypeVar

from oci_mlflow_core.ports.clock import Clock

T = TypeVar("T")
#: Seconds after which a thread that waits looks whether it is still wanted.
_GLANCE = 0.5


class StoppedError(Exception):
    """This transfer is not wanted any more, because another one failed; nobody is told."""


class Stop(Clock):
    """Tells transfers that they are not wanted any more; also their clock, so that none of them sleeps on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._event = threading.Event()

    def set(self) -> None:
        """They are not."""
        self._event.set()

    def check(self) -> None:
        """Returns while they are.

        Raises:
            StoppedError: They are not.
        """
        if self._event.is_set():
            raise StoppedError

    def monotonic(self) -> float:
        """Of the clock."""
        return self._clock.monotonic()

    def now(self) -> datetime:
        """Of the clock."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Sleeps by the clock.

        Raises:
            StoppedError: The transfer is not wanted any more.
        """
        end = self._clock.monotonic() + seconds
        while (left := end - self._clock.monotonic()) > 0:
            self.check()
            self._clock.sleep(min(left, _GLANCE))


class Transfers(Generic[T]):
    """Tasks that run at once, as many as there are workers; what they give comes in the order of their beginning.

    When its context fails, those that go on are stopped; they have ended when it has.
    """

    def __init__(self, workers: int, stop: Stop) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="oci-mlflow-transfer")
        self._workers, self._stop = workers, stop
        self._running: deque[Future[T]] = deque()

    def begin(self, task: Callable[[], T]) -> Iterator[T]:
        """Begins one, and waits until another can begin; gives what came of those that ended.

        No more than the workers are held at a time.
        """
        self._running.append(self._executor.submit(task))
        if len(self._running) >= self._workers:
            yield self._running.popleft().result()

    def rest(self) -> Iterator[T]:
        """Waits for all that go on."""
        while self._running:
            yield self._running.popleft().result()

    def __enter__(self) -> Transfers[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._stop.set()
        self._executor.shutdown(wait=True, cancel_futures=True)


def in_parallel(tasks: Iterable[Callable[[], T]], workers: int, stop: Stop) -> Iterator[T]:
    """What each task gives, in order. Tasks are taken as they are needed: no more than `workers` are held at a time.

    When one fails, or the caller does, the others are stopped and have ended before the failure passes on.
    """
    with Transfers[T](workers, stop) as running:
        for task in tasks:
            yield from running.begin(task)
        yield from running.rest()
