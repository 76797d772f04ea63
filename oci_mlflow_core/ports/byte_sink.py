"""Where bytes go that are made one after the other."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class ByteSink(Protocol):
    """Takes bytes in the order in which they come.

    1. `write` takes all that it is given, or raises; it may wait, so that memory stays bounded.
    2. `write` may be called from another thread than the one that made the sink, never from two at once.
    3. Whoever writes may use the same buffer again once `write` has returned.
    """

    @abstractmethod
    def write(self, data: bytes, /) -> int:
        """Takes the bytes, and returns how many they were."""
