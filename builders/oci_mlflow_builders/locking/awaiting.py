"""Waiting for what is asynchronous, from code that is not, so that Ctrl-C ends both."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

import attrs

T = TypeVar("T")
#: Seconds between two looks whether Ctrl-C was pressed: a thread that only waits would not hear of it.
_INTERVAL = 0.1


def awaited(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What the coroutine returns, or raises.

    It runs in a thread of its own, so that this works in a notebook, too, whose thread has a running loop. Whatever
    interrupts the waiting cancels the coroutine, and passes when that has ended.
    """
    call = _Call(make)
    thread = threading.Thread(target=call.run, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_INTERVAL)
    except BaseException:
        call.cancel()
        thread.join()
        raise
    return call.outcome()


@attrs.define
class _Call(Generic[T]):
    _make: Callable[[], Coroutine[Any, Any, T]]
    _loop: asyncio.AbstractEventLoop | None = None
    _task: asyncio.Task[T] | None = None
    _begun: threading.Event = attrs.field(factory=threading.Event)
    _results: list[T] = attrs.field(factory=list)
    _error: BaseException | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as fault:  # noqa: BLE001 - it is raised where it is waited for
            self._error = fault
        finally:
            self._begun.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.ensure_future(self._make())
        self._begun.set()
        self._results.append(await self._task)

    def cancel(self) -> None:
        self._begun.wait()
        if self._loop is not None and self._task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
