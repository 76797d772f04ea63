"""One step that several threads report to."""

from __future__ import annotations

import threading

from oci_mlflow_core.ports.progress_sink import Step


class SharedStep(Step):
    """Hands on what it is told, one call at a time, and counts the bytes that all threads have moved."""

    def __init__(self, step: Step, total: int | None) -> None:
        self._step = step
        self._total = total
        self._moved = 0
        self._lock = threading.Lock()

    def count(self, size: int) -> None:
        """Bytes that have moved; negative for those that have to move again."""
        with self._lock:
            self._moved += size
            self._step.moved(self._moved, self._total)

    def says(self, text: str) -> None:
        """What goes on."""
        with self._lock:
            self._step.says(text)

    def moved(self, done: int, total: int | None) -> None:
        """Bytes so far, as they are given."""
        with self._lock:
            self._step.moved(done, total)

    def done(self, outcome: str) -> None:
        """What came of it."""
        with self._lock:
            self._step.done(outcome)
