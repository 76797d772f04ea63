"""What is wrong with a pack, and with the disk that holds it."""

from __future__ import annotations

from pathlib import Path

import attrs

from oci_mlflow_core.errors.root import DeploymentError


@attrs.define(eq=False, slots=False)
class PackStoreError(DeploymentError):
    """A pack cannot be stored or fetched."""

    location: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}"


class PackNotFoundError(PackStoreError):
    """There is no pack at that location."""


class PackCorruptError(PackStoreError):
    """The bytes of a pack are not those that were published."""


class PackConflictError(PackStoreError):
    """Another pack is already published at that location."""


@attrs.define(eq=False, slots=False)
class OutOfSpaceError(DeploymentError):
    """A disk is full."""

    path: Path
    doing: str

    def __str__(self) -> str:
        return f"no space left on the disk that holds {self.path} while {self.doing}"

    @property
    def hint(self) -> str:  # type: ignore[override]
        return (
            "Free some space there, or let OCI_MLFLOW_HOME name a folder on a larger disk, and run the command again."
        )
