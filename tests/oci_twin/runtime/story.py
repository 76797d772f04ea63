"""What can be told about a preparation while it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from oci_twin.runtime.failing import Stopped

_KEPT = 200


class Story:
    """Steps with their percent, lines that the server printed, and whether anybody still wants to know.

    Args:
        print_line: Takes every line that the server prints, for as long as it runs.
    """

    def __init__(self, print_line: Callable[[str], None]) -> None:
        self._print_line = print_line
        self._lock = threading.Lock()
        self._percent = 0.0
        self._steps: list[str] = []
        self._printed: list[str] = []
        self._stopped = threading.Event()

    def tell(self, percent: float, step: str) -> None:
        """Begins a step.

        Raises:
            Stopped: Nobody wants it any more.
        """
        if self._stopped.is_set():
            raise Stopped
        with self._lock:
            self._percent = percent
            self._steps.append(step)

    def hear(self, line: str) -> None:
        """Takes a line that the server printed; the last ones are kept, for the case that it fails."""
        with self._lock:
            self._printed = [*self._printed[1 - _KEPT :], line]
        self._print_line(line)

    def pause(self, seconds: float) -> None:
        """Waits.

        Raises:
            Stopped: Nobody wants it any more.
        """
        if self._stopped.wait(seconds):
            raise Stopped

    def stop(self) -> None:
        """Lets the next step be the last."""
        self._stopped.set()

    @property
    def percent(self) -> float:
        """Of the step that goes on."""
        with self._lock:
            return self._percent

    @property
    def steps(self) -> tuple[str, ...]:
        """All so far."""
        with self._lock:
            return tuple(self._steps)

    @property
    def printed(self) -> tuple[str, ...]:
        """The last lines of the server."""
        with self._lock:
            return tuple(self._printed)
