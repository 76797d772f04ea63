"""Time."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, so that waiting can be tested without waiting.

    1. `monotonic` never goes back.
    2. `now` is in UTC and says so.
    3. `sleep` returns when at least that many seconds of `monotonic` have passed, at once for none or fewer.
    """

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""

    @abstractmethod
    def now(self) -> datetime:
        """The moment in UTC, with its time zone."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Returns after that many seconds."""
