"""The journal in files: one for each name on a target that has something left to be done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.canonical import digest_of
from oci_mlflow_core.ports.journal import Journal, JournalEntry, JournalRecord
from oci_mlflow_plugin.adapters.home.atomic import remove_abandoned, write_json
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.locks import locked

#: Raised when the meaning of a field changes.
_VERSION = 1


@attrs.frozen
class FileJournal(Journal):
    """Journals below the home folder; every change is on disk before the call that makes it returns."""

    home: Home

    @contextmanager
    def open(self, target: str, name: str) -> Iterator[JournalEntry]:
        """The entry of that name, locked for the time of the context.

        Raises:
            ConflictError: Another command is at work on that name.
            InvalidRequestError: The file of the entry is damaged, or the home cannot be written to.
        """
        key = _key(target, name)
        lock = self.home.make(self.home.locks) / f"{key}.lock"
        path = self.home.make(self.home.journal) / f"{key}.json"
        with locked(lock, f"deployment '{name}' on {target}"):
            remove_abandoned(path)
            yield _FileEntry(path, target, name, _read(path))


class _FileEntry(JournalEntry):
    def __init__(self, path: Path, target: str, name: str, records: tuple[JournalRecord, ...]) -> None:
        self._path = path
        self._heading = {"version": _VERSION, "target": target, "name": name}
        self._records = records
        self._earlier = records

    @property
    def leftovers(self) -> tuple[JournalRecord, ...]:
        return tuple(record for record in self._earlier if record in self._records)

    def intend(self, record: JournalRecord) -> None:
        self._replace(_without_intent(self._records, record), record)

    def made(self, record: JournalRecord) -> None:
        others = tuple(each for each in _without_intent(self._records, record) if not _same_resource(each, record))
        self._replace(others, record)

    def settled(self, record: JournalRecord) -> None:
        self._replace(tuple(each for each in self._records if not _settles(record, each)))

    def _replace(self, others: tuple[JournalRecord, ...], *added: JournalRecord) -> None:
        records = (*others, *added)
        if records:
            plain = {**self._heading, "records": [attrs.asdict(record) for record in records]}
            write_json(self._path, plain, "writing the journal")
        else:
            self._path.unlink(missing_ok=True)
        self._records = records


def _without_intent(records: tuple[JournalRecord, ...], record: JournalRecord) -> tuple[JournalRecord, ...]:
    return tuple(each for each in records if each.id or not _same_run(each, record))


def _same_run(one: JournalRecord, other: JournalRecord) -> bool:
    return (one.kind, one.run_id) == (other.kind, other.run_id)


def _same_resource(one: JournalRecord, other: JournalRecord) -> bool:
    return _same_run(one, other) and one.id == other.id


def _settles(settled: JournalRecord, record: JournalRecord) -> bool:
    return _same_run(settled, record) and (not settled.id or record.id in {"", settled.id})


def _key(target: str, name: str) -> str:
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:40].strip("-") or "deployment"
    return f"{readable}-{digest_of([target, name])[:16]}"


def _read(path: Path) -> tuple[JournalRecord, ...]:
    try:
        plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if plain["version"] != _VERSION:
            raise _damaged(path, f"its version is {plain['version']}, not {_VERSION}")
        return tuple(JournalRecord(**record) for record in plain["records"])
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError) as fault:
        raise _damaged(path, f"{type(fault).__name__}: {fault}") from fault


def _damaged(path: Path, reason: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"the journal {path} cannot be read ({reason})",
        "It lists what interrupted commands may have left; remove it when nothing of them is left.",
    )
