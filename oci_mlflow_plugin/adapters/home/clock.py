"""The time of this machine."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from oci_mlflow_core.ports.clock import Clock


class SystemClock(Clock):
    """The operating system's clocks."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return time.monotonic()

    def now(self) -> datetime:
        """The moment in UTC, with its time zone."""
        return datetime.now(tz=timezone.utc)

    def sleep(self, seconds: float) -> None:
        """Returns after that many seconds, at once where there are none left."""
        time.sleep(max(0.0, seconds))
