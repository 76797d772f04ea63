"""The contract of the Journal port, and a journal in memory."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.ports.journal import Journal, JournalEntry, JournalRecord


class MemoryJournal(Journal):
    """Journals that live as long as the object."""

    def __init__(self) -> None:
        #: What is recorded and not settled, by target and name; those with nothing left are not in it.
        self.records: dict[tuple[str, str], list[JournalRecord]] = {}
        self._open: set[tuple[str, str]] = set()

    @contextmanager
    def open(self, target: str, name: str) -> Iterator[JournalEntry]:
        """The entry of that name, for the time of the context.

        Raises:
            ConflictError: It is open already.
        """
        key = (target, name)
        if key in self._open:
            raise ConflictError(f"another command is at work on deployment '{name}' on {target}: this process")
        self._open.add(key)
        records = self.records.pop(key, [])
        try:
            yield _MemoryEntry(records)
        finally:
            self._open.remove(key)
            if records:
                self.records[key] = records


class _MemoryEntry(JournalEntry):
    def __init__(self, records: list[JournalRecord]) -> None:
        self._records = records
        self._earlier = tuple(records)

    @property
    def leftovers(self) -> tuple[JournalRecord, ...]:
        return tuple(record for record in self._earlier if record in self._records)

    def intend(self, record: JournalRecord) -> None:
        self._drop(record, ids={""})
        self._records.append(record)

    def made(self, record: JournalRecord) -> None:
        self._drop(record, ids={"", record.id})
        self._records.append(record)

    def settled(self, record: JournalRecord) -> None:
        self._drop(record, ids={"", record.id} if record.id else None)

    def _drop(self, like: JournalRecord, ids: set[str] | None) -> None:
        run = (like.kind, like.run_id)
        kept = [each for each in self._records if (each.kind, each.run_id) != run or (ids and each.id not in ids)]
        self._records[:] = kept


_TARGET = "oci-datascience://local"
_INTENT = JournalRecord(kind="deployment", run_id="run-1", digest="d1")
_MADE = JournalRecord(kind="deployment", run_id="run-1", id="ocid-1", digest="d1")
_OTHER = JournalRecord(kind="model", run_id="run-1", id="ocid-2")


class JournalContract:
    """What every journal does. Fixture: `journal`.

    Override `leaves_nothing` where it can be seen that an entry left no file.
    """

    @pytest.fixture
    @abstractmethod
    def journal(self) -> Journal:
        """The journal under test, empty."""

    def leaves_nothing(self, journal: Journal) -> bool:
        """Whether the journal holds nothing at all."""
        with journal.open(_TARGET, "fraud") as entry:
            return entry.leftovers == ()

    def test_1_an_entry_is_open_once_at_a_time(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud"):  # noqa: SIM117 - only the inner one raises
            with pytest.raises(ConflictError, match="another command is at work on deployment 'fraud'"):
                journal.open(_TARGET, "fraud").__enter__()

    def test_1_an_entry_can_be_opened_again_after_a_failure(self, journal: Journal) -> None:
        with pytest.raises(KeyboardInterrupt), journal.open(_TARGET, "fraud"):
            raise KeyboardInterrupt

        with journal.open(_TARGET, "fraud") as entry:
            assert entry.leftovers == ()

    @pytest.mark.parametrize(
        ("target", "name"), [(_TARGET, "other"), ("oci-datascience", "fraud"), (_TARGET, "Fraud"), (_TARGET, "fra/ud")]
    )
    def test_1_other_names_and_targets_have_other_entries(self, journal: Journal, target: str, name: str) -> None:
        with journal.open(_TARGET, "fraud") as entry, journal.open(target, name) as other:
            entry.intend(_INTENT)

            assert other.leftovers == ()

    def test_2_an_intent_is_a_leftover_of_the_next_command(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(_INTENT)

        with journal.open(_TARGET, "fraud") as entry:
            assert entry.leftovers == (_INTENT,)

    def test_2_what_was_made_replaces_its_intent(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(_INTENT)
            entry.made(_MADE)

        with journal.open(_TARGET, "fraud") as entry:
            assert entry.leftovers == (_MADE,)

    def test_2_leftovers_come_oldest_first(self, journal: Journal) -> None:
        later = JournalRecord(kind="deployment", run_id="run-2")
        with journal.open(_TARGET, "fraud") as entry:
            entry.made(_OTHER)
            entry.intend(_INTENT)
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(later)

        with journal.open(_TARGET, "fraud") as entry:
            assert entry.leftovers == (_OTHER, _INTENT, later)

    def test_2_the_intents_of_two_runs_are_two(self, journal: Journal) -> None:
        second = JournalRecord(kind="deployment", run_id="run-2")
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(_INTENT)
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(second)
            entry.made(JournalRecord(kind="deployment", run_id="run-2", id="ocid-3"))

            assert entry.leftovers == (_INTENT,)

    def test_2_what_this_command_records_is_no_leftover(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(_INTENT)

            assert entry.leftovers == ()

    def test_3_what_is_settled_does_not_come_back(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud") as entry:
            entry.made(_MADE)
            entry.made(_OTHER)
            entry.settled(_MADE)

        with journal.open(_TARGET, "fraud") as entry:
            assert entry.leftovers == (_OTHER,)

    def test_3_a_leftover_that_is_settled_is_one_no_more(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(_INTENT)

        with journal.open(_TARGET, "fraud") as entry:
            entry.settled(_INTENT)

            assert entry.leftovers == ()

    def test_3_settling_with_an_id_settles_the_intent_too(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(_INTENT)
            entry.settled(_MADE)

        with journal.open(_TARGET, "fraud") as entry:
            assert entry.leftovers == ()

    def test_3_settling_without_an_id_settles_all_of_that_kind_and_run(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud") as entry:
            entry.made(_MADE)
            entry.settled(_INTENT)

        with journal.open(_TARGET, "fraud") as entry:
            assert entry.leftovers == ()

    def test_3_settling_one_resource_leaves_another_of_the_same_run(self, journal: Journal) -> None:
        second = JournalRecord(kind="deployment", run_id="run-1", id="ocid-9")
        with journal.open(_TARGET, "fraud") as entry:
            entry.made(_MADE)
            entry.intend(_INTENT)
            entry.made(second)
            entry.settled(_MADE)

        with journal.open(_TARGET, "fraud") as entry:
            assert entry.leftovers == (second,)

    def test_4_an_entry_without_records_leaves_nothing(self, journal: Journal) -> None:
        with journal.open(_TARGET, "fraud") as entry:
            entry.intend(_INTENT)
            entry.settled(_INTENT)

        assert self.leaves_nothing(journal)
