"""Uncompressed archives that arrive in pieces are laid out as carefully as packs."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from oci_mlflow_builders.archive import extract_tar

from oci_mlflow_core.errors import PackCorruptError
from oci_mlflow_core.testing.progress_sink import RecordingStep


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "to"
    folder.mkdir()
    return folder


def _archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 1000
            archive.addfile(member, io.BytesIO(bytes(1000)))
    return stream.getvalue()


def _in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield from (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 511, 513, 100_000])
def test_pieces_of_any_size_come_to_the_same(to: Path, size: int) -> None:
    step = RecordingStep("unpack")
    data = _archive("prefix/bin/python", "prefix/lib/one")

    extract_tar(_in_pieces(data, size), "the engine", to, step)

    assert sorted(str(path.relative_to(to)) for path in to.rglob("*") if path.is_file()) == [
        "prefix/bin/python",
        "prefix/lib/one",
    ]
    assert step.moves[-1] == (len(data), None)


def test_an_archive_that_ends_early_leaves_nothing(to: Path) -> None:
    data = _archive("prefix/one", "prefix/two")

    with pytest.raises(PackCorruptError, match=r"^the engine: the pack is damaged \(it ends within a file\)$"):
        extract_tar([data[:1000]], "the engine", to, RecordingStep("unpack"))

    assert list(to.iterdir()) == []


def test_no_member_lies_outside(to: Path) -> None:
    with pytest.raises(PackCorruptError) as caught:
        extract_tar([_archive("../outside")], "the engine", to, RecordingStep("unpack"))

    assert str(caught.value) == (
        "the engine: '../outside' would lie outside of the folder that the pack is unpacked to"
    )
