"""What a command has made so far, so that a failure can take it back and a kill can be cleaned up after."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import attrs

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord

_NEXT_RUN = "the next run removes it"


@attrs.frozen
class _Made:
    record: JournalRecord
    take_back: Callable[[], None]


@attrs.define
class UndoLog:
    """The resources of one run, in the order in which they were made; each is in the journal before it exists."""

    entry: JournalEntry
    run_id: str
    #: Removes what an intent led to whose outcome was never learnt, as far as there is anything.
    settle_intent: Callable[[JournalRecord], None]
    _made: list[_Made] = attrs.field(factory=list, init=False)
    _open: list[JournalRecord] = attrs.field(factory=list, init=False)
    _stays: list[str] = attrs.field(factory=list, init=False)
    _in_use: list[JournalRecord] = attrs.field(factory=list, init=False)

    def intend(self, kind: str, digest: str = "") -> JournalRecord:
        """Records that a resource is about to be made."""
        record = JournalRecord(kind=kind, run_id=self.run_id, digest=digest, retry_token=uuid.uuid4().hex)
        self.entry.intend(record)
        self._open.append(record)
        return record

    def made(self, intent: JournalRecord, resource_id: str, take_back: Callable[[], None]) -> None:
        """Records that it was made, and how to take it back."""
        record = attrs.evolve(intent, id=resource_id)
        self.entry.made(record)
        self._open.remove(intent)
        self._made.append(_Made(record, take_back))

    def adopt(self, record: JournalRecord, take_back: Callable[[], None]) -> None:
        """Takes over what an interrupted run made, as if this one had."""
        self.entry.made(record)
        self._made.append(_Made(record, take_back))

    def stays(self, what: str) -> None:
        """Notes what is there and is not taken back; a failure tells of it."""
        self._stays.append(what)

    def uses(self) -> None:
        """Everything that was made is in use and stays; it is recorded until `keep`, so that it is known as ours."""
        self._stays.clear()
        self._in_use += [made.record for made in self._made]
        self._made.clear()

    def keep(self) -> None:
        """Everything that was made is wanted."""
        self.uses()
        for record in self._in_use:
            self.entry.settled(record)
        self._in_use.clear()

    def let_go(self) -> None:
        """What was made goes on without this command; its records stay, so that the next run finds it."""
        self._made.clear()
        self._stays.clear()

    def roll_back(self) -> tuple[str, ...]:
        """Takes everything back, newest first; what could not be is returned, and stays in the journal."""
        leftovers = []
        while self._open:
            intent = self._open.pop()
            try:
                self.settle_intent(intent)
            except DeploymentError as refusal:
                leftovers.append(f"perhaps a {intent.kind}, whose making was not confirmed: {refusal}; {_NEXT_RUN}")
        while self._made:
            made = self._made.pop()
            try:
                made.take_back()
            except DeploymentError as refusal:
                leftovers.append(f"{made.record.kind} {made.record.id}: {refusal}; {_NEXT_RUN}")
            else:
                self.entry.settled(made.record)
        leftovers += self._stays
        self._stays.clear()
        return tuple(leftovers)

    def listed(self) -> tuple[str, ...]:
        """What was made, for a message about what is kept."""
        return tuple(f"{made.record.kind} {made.record.id}" for made in self._made)
