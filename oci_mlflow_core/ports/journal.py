"""What a command meant to make and did make, kept so that the next one can go on or clean up."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol

import attrs


@attrs.frozen(kw_only=True)
class JournalRecord:
    """One resource that a command was about to make, or has made."""

    #: ``model``, ``deployment`` or ``deactivation``.
    kind: str
    #: The run of the command; also in the resource's tag `oci_mlflow_core.model.deployment.RUN_TAG`.
    run_id: str
    #: OCID or URI; empty while only the intent is known.
    id: str = ""
    #: What the resource was made from (a digest), so that a continued run knows that it is the same.
    digest: str = ""
    #: The retry token of the order, so that an order whose answer was lost can be known again; empty for none.
    retry_token: str = ""


class JournalEntry(Protocol):
    """The journal of one name on one target, held by one command at a time."""

    @property
    @abstractmethod
    def leftovers(self) -> tuple[JournalRecord, ...]:
        """What earlier commands on this name recorded and nobody has settled since, oldest first."""

    @abstractmethod
    def intend(self, record: JournalRecord) -> None:
        """Durable before it returns: the resource may exist from now on."""

    @abstractmethod
    def made(self, record: JournalRecord) -> None:
        """The resource exists and has this id; replaces the intent of the same kind and run."""

    @abstractmethod
    def settled(self, record: JournalRecord) -> None:
        """The resource is wanted, or gone: nothing is left to be done about it.

        Settles the record of the same kind, run and id, and the intent of that kind and run; without an id, all records
        of that kind and run.
        """


class Journal(Protocol):
    """Journals by target and name.

    1. `open` gives one entry at a time: while another process holds it, `ConflictError` names that process.
    2. A record is on disk before `intend` or `made` returns; a process killed at any moment loses none.
    3. Records that were settled do not come back.
    4. An entry without records leaves no file.
    """

    @abstractmethod
    def open(self, target: str, name: str) -> AbstractContextManager[JournalEntry]:
        """The entry of that name, locked for the time of the context.

        Raises:
            ConflictError: Another command is at work on that name.
        """
