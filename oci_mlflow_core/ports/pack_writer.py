"""A pack on its way into a file of this machine."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from oci_mlflow_core.ports.byte_sink import ByteSink


class PackWriter(ByteSink, Protocol):
    """Takes the bytes of a pack; nothing is there before `commit`, nor where that is never called."""

    @abstractmethod
    def commit(self, sha256: str, size: int) -> None:
        """Keeps what was written; called once, after the last `write`.

        Args:
            sha256: Of all that was written.
            size: Bytes that were written.

        Raises:
            OutOfSpaceError: The disk is full.
        """
