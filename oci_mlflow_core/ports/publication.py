"""A pack on its way to where it is published, while it is being made."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from oci_mlflow_core.model.pack import StoredPack
from oci_mlflow_core.ports.byte_sink import ByteSink


class Publication(ByteSink, Protocol):
    """What `PackStore.begin` gives: bytes are written in order, and published in one step at the end.

    1. Before `commit` nothing can be found at the location; after it the whole pack can.
    2. A context that ends without `commit` leaves nothing, whatever was written; a killed process leaves nothing that
       can be found, and what it left is taken up or removed by the next one that publishes there.
    3. `commit` publishes nothing whose size is not the one that it is given.
    4. The bytes that are held in memory are bounded, however large the pack is.
    5. A pack with the same bytes that somebody else published there meanwhile is no error: it is the pack.
    """

    @abstractmethod
    def commit(self, sha256: str, size: int) -> StoredPack:
        """Publishes what was written; called once, after the last `write`.

        Args:
            sha256: Of all that was written.
            size: Bytes that were written.

        Raises:
            PackConflictError: Another pack was published there meanwhile, and may not be replaced.
            PackStoreError: The store failed, or took other bytes than these.
            OutOfSpaceError: The disk is full.
        """
