"""Telling the user what is going on."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol


class Step(Protocol):
    """One step of a command while it runs."""

    @abstractmethod
    def says(self, text: str) -> None:
        """What the step does or waits for now, in a few words."""

    @abstractmethod
    def moved(self, done: int, total: int | None) -> None:
        """Bytes handled so far, and in all where that is known."""

    @abstractmethod
    def done(self, outcome: str) -> None:
        """What came of it, shown when the step ends."""


class ProgressSink(Protocol):
    """Where progress and notes go.

    1. Nothing that a sink does can fail a command: it never raises.
    2. It never asks the user anything.
    """

    @abstractmethod
    def step(self, title: str) -> AbstractContextManager[Step]:
        """A step begins; it ends with the context, well or (when an exception passes) not."""

    @abstractmethod
    def note(self, text: str) -> None:
        """One thing that the user should know, and that is not an error."""
