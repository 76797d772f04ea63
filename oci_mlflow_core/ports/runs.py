"""Runs of commands, told apart across machines."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class Runs(Protocol):
    """Who made a resource: its tag names the run of the command, and the run says whether it still goes on.

    1. `begin` gives an id that no other run has, on any machine; it fits the value of a tag.
    2. `goes_on` is true while the process that began the run lives, and false when it has ended; it is None where
       that cannot be known, as for a run of another machine.
    """

    @abstractmethod
    def begin(self, request_digest: str) -> str:
        """The id of a run that carries out the request of that digest.

        Args:
            request_digest: Hexadecimal; what was asked for, so that the same request is known again.
        """

    @abstractmethod
    def goes_on(self, run_id: str) -> bool | None:
        """Whether the run still goes on."""
