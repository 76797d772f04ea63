"""The contract of the Clock port, and a clock that is set by hand."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime, timedelta, timezone

import pytest

from oci_mlflow_core.ports.clock import Clock


class ManualClock(Clock):
    """A clock that stands still; `sleep` moves it on at once and is recorded in `sleeps`."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=timezone.utc)) -> None:
        self._now = start
        self._monotonic = 0.0
        #: Seconds of each `sleep`, in order.
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._monotonic

    def now(self) -> datetime:
        """The start, and what has been slept or advanced since."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Moves the clock on."""
        self.sleeps.append(seconds)
        self.advance(max(0.0, seconds))

    def advance(self, seconds: float) -> None:
        """Moves the clock on without a sleep being recorded."""
        self._monotonic += seconds
        self._now += timedelta(seconds=seconds)


class ClockContract:
    """What every clock does. Fixture: `clock`."""

    @pytest.fixture
    @abstractmethod
    def clock(self) -> Clock:
        """The clock under test."""

    def test_1_monotonic_never_goes_back(self, clock: Clock) -> None:
        readings = [clock.monotonic() for _ in range(100)]

        assert readings == sorted(readings)

    def test_2_now_is_in_utc(self, clock: Clock) -> None:
        now = clock.now()

        assert now.utcoffset() == timedelta(0)

    def test_3_sleeping_takes_at_least_that_long(self, clock: Clock) -> None:
        before = clock.monotonic()

        clock.sleep(0.01)

        assert clock.monotonic() - before >= 0.01  # noqa: PLR2004 - what was asked for

    def test_3_sleeping_for_no_time_or_less_returns(self, clock: Clock) -> None:
        before = clock.monotonic()

        clock.sleep(0)
        clock.sleep(-5)

        assert clock.monotonic() >= before
