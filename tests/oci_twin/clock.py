"""What time it is for the twin."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from typing import Protocol


class TwinClock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(timezone.utc)


class ManualClock:
    """A time that stands still until it is advanced.

    Args:
        start: Aware; without it, the time of this machine when the clock is made.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime.now(timezone.utc)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)


def rfc3339(moment: datetime) -> str:
    """The moment as OCI writes it in JSON, with milliseconds."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def http_date(moment: datetime) -> str:
    """The moment as HTTP writes it in headers (RFC 7231, IMF-fixdate)."""
    utc = moment.astimezone(timezone.utc)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[utc.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day}, {utc.day:02d} {months[utc.month - 1]} {utc.year:04d} {utc:%H:%M:%S} GMT"
