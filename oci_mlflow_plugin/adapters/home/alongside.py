"""Work in a thread beside the command's own."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

import attrs

from oci_mlflow_core.ports.alongside import Alongside, Running

T = TypeVar("T")


@attrs.frozen
class _InThread(Running[T], Generic[T]):
    future: Future[T]

    def check(self) -> None:
        if self.future.done():
            self.future.result()

    def result(self) -> T:
        return self.future.result()


class ThreadAlongside(Alongside):
    """A thread for each piece of work; it sees the context variables of its command."""

    @contextmanager
    def start(self, work: Callable[[Callable[[], bool]], T]) -> Iterator[Running[T]]:
        """Starts the work; the context ends when its thread has."""
        stop = threading.Event()
        with ThreadPoolExecutor(1, thread_name_prefix="oci-mlflow-alongside") as threads:
            future = threads.submit(contextvars.copy_context().run, work, stop.is_set)
            try:
                yield _InThread(future)
            finally:
                stop.set()
