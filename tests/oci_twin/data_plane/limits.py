"""How much and how long may be asked."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

_SECOND = timedelta(seconds=1)


@attrs.frozen
class PredictLimits:
    """The limits of one request.

    Source: OCI documentation, "Predict endpoint": 10 MB, 60 seconds, and 150 requests per second for a tenancy. The
    last is off unless a test sets it, because a clock that stands still would never let another one through.
    """

    body_bytes: int = 10 * 1024 * 1024
    seconds: float = 60.0
    requests_per_second: int | None = None


class Rate:
    """Counts the requests of the last second, for each deployment."""

    def __init__(self, limit: int | None, now: Callable[[], datetime]) -> None:
        self._limit = limit
        self._now = now
        self._lock = threading.Lock()
        self._times: dict[str, deque[datetime]] = defaultdict(deque)

    def allows(self, deployment_id: str) -> bool:
        """Whether one more may pass now; if so, it is counted."""
        if self._limit is None:
            return True
        now = self._now()
        with self._lock:
            times = self._times[deployment_id]
            while times and times[0] <= now - _SECOND:
                times.popleft()
            if len(times) >= self._limit:
                return False
            times.append(now)
            return True
