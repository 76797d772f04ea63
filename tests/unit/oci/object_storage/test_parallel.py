"""Many transfers at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.object_storage.parallel import Stop, StoppedError, in_parallel

PATIENCE = 10.0


@pytest.fixture
def stop() -> Stop:
    return Stop(ManualClock())


def test_results_come_in_order(stop: Stop) -> None:
    second = threading.Event()

    def first() -> str:
        assert second.wait(PATIENCE)
        return "first"

    def other() -> str:
        second.set()
        return "second"

    assert list(in_parallel([first, other], 2, stop)) == ["first", "second"]


def test_no_more_tasks_are_taken_than_can_run(stop: Stop) -> None:
    taken, ended = 0, 0
    most = 0

    def end() -> None:
        nonlocal ended
        ended += 1

    def tasks() -> Iterator[Callable[[], None]]:
        nonlocal taken, most
        for _ in range(20):
            taken += 1
            most = max(most, taken - done)
            yield end

    done = 0
    for _ in in_parallel(tasks(), 3, stop):
        done += 1

    assert (taken, ended, done) == (20, 20, 20)
    assert most <= 3


def test_the_first_failure_stops_the_others_and_none_runs_on(stop: Stop) -> None:
    running = threading.Event()
    ends: list[str] = []

    def fail() -> None:
        assert running.wait(PATIENCE)
        raise ValueError("broken")

    def wait() -> None:
        running.set()
        try:
            while True:
                stop.sleep(1)
        except StoppedError:
            ends.append("stopped")
            raise

    with pytest.raises(ValueError, match="broken"):
        list(in_parallel([fail, wait], 2, stop))

    assert ends == ["stopped"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("oci-mlflow-transfer")]


def test_a_failure_of_the_caller_stops_them_too(stop: Stop) -> None:
    results = in_parallel([partial(int, number) for number in range(5)], 2, stop)
    next(results)

    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined] # it is a generator

    with pytest.raises(StoppedError):
        stop.check()


def test_a_sleep_takes_the_time_that_was_asked_for(stop: Stop) -> None:
    stop.sleep(7.3)

    assert stop.monotonic() == pytest.approx(7.3)
