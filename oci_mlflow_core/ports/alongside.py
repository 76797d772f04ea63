"""Doing one thing while another goes on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Running(Protocol[T_co]):
    """Work that goes on beside the command's own."""

    @abstractmethod
    def check(self) -> None:
        """Returns at once, unless the work has failed: then it raises what the work raised."""

    @abstractmethod
    def result(self) -> T_co:
        """Waits for the work to end; gives what it returned, or raises what it raised."""


class Alongside(Protocol):
    """Runs work beside the command's own.

    1. `start` does not wait for the work.
    2. When the context ends, however it ends, the work has ended: one that is still going on is told to stop, by the
       function that it was given, and waited for.
    3. What the work raises is raised by `Running.check` and `Running.result`, and nowhere else.
    """

    @abstractmethod
    def start(self, work: Callable[[Callable[[], bool]], T]) -> AbstractContextManager[Running[T]]:
        """Starts the work; it is given a function that says whether its result is wanted no more."""
