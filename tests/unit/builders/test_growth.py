"""How many bytes have arrived in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from oci_mlflow_builders.growth import bytes_below, growth_told

from oci_mlflow_core.testing.progress_sink import RecordingStep


def test_bytes_of_all_files_below_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "one").write_bytes(b"123")
    (tmp_path / "a" / "b" / "two").write_bytes(b"4567")

    assert bytes_below(tmp_path) == 7


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert bytes_below(tmp_path / "nowhere") == 0


def test_the_last_word_is_what_lies_there(tmp_path: Path) -> None:
    step = RecordingStep("fetch")

    with growth_told(tmp_path, step, 5):
        (tmp_path / "file").write_bytes(b"12345")

    assert step.moves[-1] == (5, 5)


def test_a_failure_passes_through(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"), growth_told(tmp_path, RecordingStep("fetch")):
        raise OSError("gone")
