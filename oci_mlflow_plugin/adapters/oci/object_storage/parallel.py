"""Many transfers at once, of which the first that fails ends all."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
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
    """Tasks that run at once, as many as there are workers; what they give comes in the order of their beginning."""

    def __init__(self, executor: ThreadPoolExecutor, workers: int) -> None:
        self._executor, self._workers = executor, workers
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


@contextmanager
def transfers(workers: int, stop: Stop) -> Iterator[Transfers[T]]:
    """Room for transfers. When the context fails, those that go on are stopped; they have ended when it has."""
    executor = ThreadPoolExecutor(workers, thread_name_prefix="oci-mlflow-transfer")
    try:
        yield Transfers(executor, workers)
    except BaseException:
        stop.set()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def in_parallel(tasks: Iterable[Callable[[], T]], workers: int, stop: Stop) -> Iterator[T]:
    """What each task gives, in order. Tasks are taken as they are needed: no more than `workers` are held at a time.

    When one fails, or the caller does, the others are stopped and have ended before the failure passes on.
    """
    room: AbstractContextManager[Transfers[T]] = transfers(workers, stop)
    with room as running:
        for task in tasks:
            yield from running.begin(task)
        yield from running.rest()
