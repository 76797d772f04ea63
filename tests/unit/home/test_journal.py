from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from oci_mlflow_core.errors import ConflictError, InvalidRequestError
from oci_mlflow_core.ports.journal import JournalRecord
from oci_mlflow_plugin.adapters.home.journal import FileJournal
from oci_mlflow_plugin.adapters.home.layout import Home

_TARGET = "oci-datascience://local"
_RECORD = JournalRecord(kind="model", run_id="run-1", id="ocid")
_HOLDER = """
import sys
from pathlib import Path
from oci_mlflow_plugin.adapters.home.journal import FileJournal
from oci_mlflow_plugin.adapters.home.layout import Home

with FileJournal(Home(Path(sys.argv[1]))).open("oci-datascience://local", "fraud"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(Home(tmp_path))


def _file_of(journal: FileJournal) -> Path:
    (path,) = journal.home.journal.iterdir()
    return path


def test_a_name_that_another_process_works_on_names_that_process(journal: FileJournal) -> None:
    command = [sys.executable, "-c", _HOLDER, str(journal.home.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()

        with pytest.raises(ConflictError) as caught:
            journal.open(_TARGET, "fraud").__enter__()

        process.kill()
    assert str(caught.value) == (
        "another command is at work on deployment 'fraud' on oci-datascience://local: "
        f"process {process.pid} (python {journal.home.root})"
    )


def test_the_file_tells_a_person_what_it_is_about(journal: FileJournal) -> None:
    with journal.open(_TARGET, "my fraud/model") as entry:
        entry.made(_RECORD)

    path = _file_of(journal)
    assert path.name.startswith("my-fraud-model-")
    assert '"name": "my fraud/model"' in path.read_text()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ('{"version": 2}', "its version is 2, not 1"),
        ('{"version": 1}', "KeyError: 'records'"),
        ("[]", "TypeError: list indices must be integers or slices, not str"),
    ],
)
def test_a_damaged_file_is_named(journal: FileJournal, text: str, reason: str) -> None:
    with journal.open(_TARGET, "fraud") as entry:
        entry.made(_RECORD)
    path = _file_of(journal)
    path.write_text(text)

    with pytest.raises(InvalidRequestError) as caught:
        journal.open(_TARGET, "fraud").__enter__()

    assert str(caught.value) == f"the journal {path} cannot be read ({reason})"
    hint = "It lists what interrupted commands may have left; remove it when nothing of them is left."
    assert caught.value.hint == hint


def test_a_damaged_file_does_not_stay_locked(journal: FileJournal) -> None:
    with journal.open(_TARGET, "fraud") as entry:
        entry.made(_RECORD)
    _file_of(journal).write_text("{")
    with pytest.raises(InvalidRequestError):
        journal.open(_TARGET, "fraud").__enter__()

    _file_of(journal).unlink()

    with journal.open(_TARGET, "fraud") as entry:
        assert entry.leftovers == ()
