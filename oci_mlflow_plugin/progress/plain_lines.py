"""Progress as plain lines, for logs, pipes and programs that capture stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import attrs

from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.progress_sink import ProgressSink, Step, current_step
from oci_mlflow_plugin.progress.amounts import duration, transferred

#: Seconds between two lines about the same step, so that a log of a long wait stays short.
QUIET = 15.0


@attrs.define
class PlainStep(Step):
    """A step whose news is printed when it changes, and not too often."""

    title: str
    lines: PlainLines
    started: float
    outcome: str = ""
    _last_text: str = ""
    _last_told: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._last_told = self.started

    def says(self, text: str) -> None:
        if self.lines.clock.monotonic() - self._last_told >= QUIET:
            self.waits(text)

    def waits(self, text: str) -> None:
        if text != self._last_text:
            now = self.lines.clock.monotonic()
            self.lines.write(f"  {self.title}: {text} ({duration(now - self.started)})")
            self._last_told, self._last_text = now, text

    def moved(self, done: int, total: int | None) -> None:
        self.says(transferred(done, total))

    def done(self, outcome: str) -> None:
        self.outcome = outcome


@attrs.define
class PlainLines(ProgressSink):
    """One line when a step begins, one when it ends."""

    clock: Clock
    stream: TextIO | None = None

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Prints the step's title now, and its outcome and duration at the end."""
        shown = PlainStep(title, self, self.clock.monotonic())
        self.write(f"{title} …")
        before = current_step.set(shown)
        try:
            yield shown
        except BaseException:
            self.write(f"{title}: failed after {self._took(shown)}")
            raise
        finally:
            current_step.reset(before)
        outcome = f": {shown.outcome}" if shown.outcome else ": done"
        self.write(f"{title}{outcome} ({self._took(shown)})")

    def note(self, text: str) -> None:
        self.write(f"note: {text}")

    def write(self, line: str) -> None:
        """Writes one line; a closed or broken stderr is no reason to stop."""
        stream = self.stream or sys.stderr
        if stream is None:
            return
        with suppress(OSError, ValueError):
            print(line, file=stream, flush=True)

    def _took(self, shown: PlainStep) -> str:
        return duration(self.clock.monotonic() - shown.started)
