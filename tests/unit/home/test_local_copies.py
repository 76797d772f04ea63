"""Copies of packs appear in one step, where users want them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError, PackCorruptError
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_pack
from oci_mlflow_plugin.adapters.home.local_copies import FileCopies

COPIES = FileCopies()


def test_a_copy_is_there_when_it_is_whole_and_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "pack.tar.gz"

    with COPIES.begin(path) as writer:
        writer.write(b"one ")
        before = path.exists()
        writer.write(b"two")
        writer.commit("", 7)

    assert (before, path.read_bytes()) == (False, b"one two")
    assert list(path.parent.iterdir()) == [path]


def test_what_was_there_stays_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "pack.tar.gz"
    path.write_bytes(b"old")

    with COPIES.begin(path) as writer:
        writer.write(b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "pack.tar.gz"
    (tmp_path / f".{path.name}.{'0' * 16}.tmp").write_bytes(b"half")

    with COPIES.begin(path) as writer:
        writer.commit("", 0)

    assert list(tmp_path.iterdir()) == [path]


def test_a_pack_is_copied_and_verified(tmp_path: Path) -> None:
    pack, step = sample_pack(tmp_path / "pack", b"the bytes"), RecordingStep("copy")

    COPIES.copy(pack, tmp_path / "copy", step)

    assert ((tmp_path / "copy").read_bytes(), step.moves[-1]) == (b"the bytes", (9, 9))


def test_a_pack_that_was_altered_is_not_copied(tmp_path: Path) -> None:
    pack = sample_pack(tmp_path / "pack", b"the bytes")
    pack.path.write_bytes(b"others")

    with pytest.raises(PackCorruptError, match=r"the pack was altered while it was copied$"):
        COPIES.copy(pack, tmp_path / "copy", RecordingStep("copy"))

    assert not (tmp_path / "copy").exists()


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "pack.tar.gz"

    with pytest.raises(InvalidRequestError) as failure, COPIES.begin(path):
        os.abort()

    assert str(failure.value) == f"could not write {path}: File exists"
    assert failure.value.hint == "Let spec.runtime.spec.uri.localCondaDir name a folder that you may write to."
