"""Copies of packs that users ask for (``keepLocal``)."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from oci_mlflow_core.model.pack import PackFile
from oci_mlflow_core.ports.pack_writer import PackWriter
from oci_mlflow_core.ports.progress_sink import Step


class LocalCopies(Protocol):
    """Files of this machine.

    1. A copy is there whole or not at all; one that was there is replaced in one step.
    2. Folders that are missing are made.
    """

    @abstractmethod
    def begin(self, path: Path) -> AbstractContextManager[PackWriter]:
        """Begins to write the file; a context that ends without `commit` leaves what was there.

        Raises:
            InvalidRequestError: The file cannot be written there.
            OutOfSpaceError: The disk is full.
        """

    @abstractmethod
    def copy(self, pack: PackFile, path: Path, step: Step) -> None:
        """Makes the file a copy of the pack.

        Raises:
            InvalidRequestError: The file cannot be written there.
            PackCorruptError: The pack's bytes are not those of its sha256.
            OutOfSpaceError: The disk is full.
        """
