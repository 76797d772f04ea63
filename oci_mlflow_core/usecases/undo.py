"""What a command has made so far, so that a failure can take it back and a kill can be cleaned up after."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord


@attrs.frozen
class _Made:
    record: JournalRecord
    take_back: Callable[[], None]


@attrs.define
class UndoLog:
    """The resources of one run, in the order in which they were made; each is in the journal before it exists."""

    entry: JournalEntry
    run_id: str
    _made: list[_Made] = attrs.field(factory=list, init=False)

    def intend(self, kind: str, digest: str = "") -> JournalRecord:
        """Records that a resource is about to be made."""
        record = JournalRecord(kind=kind, run_id=self.run_id, digest=digest)
        self.entry.intend(record)
        return record

    def made(self, intent: JournalRecord, resource_id: str, take_back: Callable[[], None]) -> None:
        """Records that it was made, and how to take it back."""
        record = attrs.evolve(intent, id=resource_id)
        self.entry.made(record)
        self._made.append(_Made(record, take_back))

    def forget(self, intent: JournalRecord) -> None:
        """Records that nothing was made after all."""
        self.entry.settled(intent)

    def keep(self) -> None:
        """Everything that was made is wanted."""
        for made in self._made:
            self.entry.settled(made.record)
        self._made.clear()

    def let_go(self) -> None:
        """What was made goes on without this command; its records stay, so that the next run finds it."""
        self._made.clear()

    def roll_back(self) -> tuple[str, ...]:
        """Takes everything back, newest first; what could not be is returned, and stays in the journal."""
        leftovers = []
        while self._made:
            made = self._made.pop()
            try:
                made.take_back()
            except DeploymentError as refusal:
                leftovers.append(f"{made.record.kind} {made.record.id}: {refusal}; the next run removes it")
            else:
                self.entry.settled(made.record)
        return tuple(leftovers)

    def listed(self) -> tuple[str, ...]:
        """What was made, for a message about what is kept."""
        return tuple(f"{made.record.kind} {made.record.id}" for made in self._made)
