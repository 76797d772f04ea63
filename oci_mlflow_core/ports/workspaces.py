"""Room for what a command makes on the way."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Workspaces(Protocol):
    """Temporary folders.

    1. Each is new, empty and nobody else's.
    2. It is gone when its context ends, however it ends; what a killed process left is removed by a later command.
    """

    @abstractmethod
    def open(self, purpose: str) -> AbstractContextManager[Path]:
        """A folder for the time of the context; `purpose` is part of its name."""
