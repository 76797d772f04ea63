"""Asynchronous work is waited for anywhere, and ends when the waiting does."""

from __future__ import annotations

import asyncio
import threading

import pytest
from oci_mlflow_builders.locking.awaiting import awaited


async def _seven() -> int:
    await asyncio.sleep(0)
    return 7


async def _fails() -> int:
    raise ValueError("no")


def test_what_it_returns_is_given() -> None:
    assert awaited(_seven) == 7


def test_what_it_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="no"):
        awaited(_fails)


def test_it_works_where_a_loop_is_running_as_in_a_notebook() -> None:
    async def cell() -> int:
        return awaited(_seven)

    assert asyncio.run(cell()) == 7


def test_an_interruption_cancels_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled: list[bool] = []

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    joined, interrupted = threading.Thread.join, threading.Event()

    def join(thread: threading.Thread, timeout: float | None = None) -> None:
        if not interrupted.is_set():
            interrupted.set()
            raise KeyboardInterrupt
        joined(thread, timeout)

    monkeypatch.setattr(threading.Thread, "join", join)

    with pytest.raises(KeyboardInterrupt):
        awaited(long)

    assert cancelled == [True]
