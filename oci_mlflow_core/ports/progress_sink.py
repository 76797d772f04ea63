"""Telling the user what is going on."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Protocol


class Step(Protocol):
    """One step of a command while it runs."""

    @abstractmethod
    def says(self, text: str) -> None:
        """What the step does or waits for now, in a few words."""

    def waits(self, text: str) -> None:
        """What stands still until somebody else is ready: told at once, however short the wait may turn out."""
        self.says(text)

    @abstractmethod
    def moved(self, done: int, total: int | None) -> None:
        """Bytes handled so far, and in all where that is known."""

    @abstractmethod
    def done(self, outcome: str) -> None:
        """What came of it, shown when the step ends."""


#: The step that is going on, for adapters that wait for something and were not handed a step to say so.
current_step: ContextVar[Step | None] = ContextVar("current_step", default=None)


class ProgressSink(Protocol):
    """Where progress and notes go. A sink that shows steps keeps `current_step`.

    1. Nothing that a sink does can fail a command: it never raises.
    2. It never asks the user anything.
    """

    @abstractmethod
    def step(self, title: str) -> AbstractContextManager[Step]:
        """A step begins; it ends with the context, well or (when an exception passes) not."""

    @abstractmethod
    def note(self, text: str) -> None:
        """One thing that the user should know, and that is not an error."""
