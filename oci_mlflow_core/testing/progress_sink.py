"""The contract of the ProgressSink port, and a sink that remembers."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from oci_mlflow_core.ports.progress_sink import ProgressSink, Step

#: Texts that are hard to print: markup, control characters, a lone surrogate, several lines, nothing.
AWKWARD_TEXTS = ("[bold]not markup[/bold] [/]", "\x1b[31m\x00", "\udcff", "two\nlines", "", "x" * 10_000, "{} %s")


class RecordingStep(Step):
    """A step that remembers what it was told."""

    def __init__(self, title: str) -> None:
        self.title = title
        #: What `says` was called with, in order.
        self.said: list[str] = []
        #: What `moved` was called with, in order.
        self.moves: list[tuple[int, int | None]] = []
        #: The last `done`; None while there was none.
        self.outcome: str | None = None
        #: ``running``, ``ended`` or ``failed``.
        self.state = "running"

    def says(self, text: str) -> None:
        """Remembers it."""
        self.said.append(text)

    def moved(self, done: int, total: int | None) -> None:
        """Remembers it."""
        self.moves.append((done, total))

    def done(self, outcome: str) -> None:
        """Remembers it."""
        self.outcome = outcome


class RecordingProgress(ProgressSink):
    """A sink that remembers its steps and notes."""

    def __init__(self) -> None:
        #: In the order in which they began.
        self.steps: list[RecordingStep] = []
        self.notes: list[str] = []

    @property
    def titles(self) -> list[str]:
        """Of all steps, in the order in which they began."""
        return [step.title for step in self.steps]

    @contextmanager
    def step(self, title: str) -> Iterator[RecordingStep]:
        """A step that is kept in `steps`."""
        step = RecordingStep(title)
        self.steps.append(step)
        try:
            yield step
        except BaseException:
            step.state = "failed"
            raise
        step.state = "ended"

    def note(self, text: str) -> None:
        """Remembers it."""
        self.notes.append(text)


class _NoInput:
    def __getattr__(self, name: str) -> object:
        msg = f"the sink uses standard input ({name})"
        raise AssertionError(msg)


class ProgressSinkContract:
    """What every sink does. Fixture: `sink`."""

    @pytest.fixture
    @abstractmethod
    def sink(self) -> ProgressSink:
        """The sink under test."""

    @pytest.mark.parametrize("text", AWKWARD_TEXTS)
    def test_1_any_text_can_be_told(self, sink: ProgressSink, text: str) -> None:
        with sink.step(text) as step:
            step.says(text)
            step.done(text)
        sink.note(text)

    @pytest.mark.parametrize(("done", "total"), [(0, None), (0, 0), (5, 3), (1 << 60, 1 << 61), (3, 5), (2, 5)])
    def test_1_any_count_can_be_told(self, sink: ProgressSink, done: int, total: int | None) -> None:
        with sink.step("copying") as step:
            step.moved(done, total)

    def test_1_steps_may_lie_within_steps(self, sink: ProgressSink) -> None:
        with sink.step("outer") as outer:
            with sink.step("inner") as inner:
                sink.note("between")
                inner.done("done")
            outer.done("done")

    def test_1_a_step_that_has_ended_can_be_told_more(self, sink: ProgressSink) -> None:
        with sink.step("short") as step:
            step.done("done")

        step.says("late")
        step.moved(1, 2)
        step.done("again")

    def test_1_what_fails_within_a_step_leaves_it_unchanged(self, sink: ProgressSink) -> None:
        fault = KeyboardInterrupt()

        with pytest.raises(KeyboardInterrupt) as caught, sink.step("failing"):
            raise fault

        assert caught.value is fault

    def test_2_the_user_is_never_asked(self, sink: ProgressSink, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", _NoInput())

        with sink.step("working") as step:
            step.says("waiting")
            step.done("done")
        sink.note("a note")
