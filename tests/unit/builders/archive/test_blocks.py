"""An archive is cut into blocks by names and sizes alone."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from oci_mlflow_builders.archive.blocks import BLOCK, blocks_of, read_block
from oci_mlflow_builders.archive.headers import header_of
from oci_mlflow_builders.archive.members import Member, UnpackableFileError, file_member, members_of


def _archive(members: list[Member]) -> bytes:
    return b"".join(read_block(pieces) for pieces in blocks_of(members)) + bytes(1024)


def test_a_large_file_is_spread_over_blocks_of_one_size(tmp_path: Path) -> None:
    data = bytes(range(256)) * (3 * BLOCK // 256) + b"end"
    (tmp_path / "large").write_bytes(data)
    members = members_of(str(tmp_path))

    sizes = [len(read_block(pieces)) for pieces in blocks_of(members)]

    with tarfile.open(fileobj=io.BytesIO(_archive(members))) as archive:
        stream = archive.extractfile("large")
        assert stream is not None
        assert stream.read() == data
    assert len(sizes) == 4
    assert max(sizes) <= BLOCK + 2 * tarfile.BLOCKSIZE


def test_small_files_share_a_block() -> None:
    members = [file_member(f"{number:04}", b"x") for number in range(100)]

    assert len(list(blocks_of(members))) == 1


def test_every_file_lies_in_blocks_whole_whatever_its_size() -> None:
    sizes = [0, 1, 511, 512, 513, BLOCK - 512, BLOCK - 511, BLOCK, BLOCK + 1, 0, 2 * BLOCK, 5]
    members = [file_member(f"{number:02}", bytes([number]) * size) for number, size in enumerate(sizes)]

    with tarfile.open(fileobj=io.BytesIO(_archive(members))) as archive:
        found = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]

    assert found == {member.name: member.source for member in members}


@pytest.mark.parametrize("change", [b"", b"longer than it was"])
def test_a_file_that_changes_meanwhile_is_noticed(tmp_path: Path, change: bytes) -> None:
    (tmp_path / "file").write_bytes(b"content")
    (pieces,) = blocks_of(members_of(str(tmp_path)))
    (tmp_path / "file").write_bytes(change)

    with pytest.raises(UnpackableFileError) as caught:
        read_block(pieces)

    assert str(caught.value) == f"{tmp_path / 'file'} changed while it was packed"


@pytest.mark.parametrize("name", ["short", "n" * 100, "n" * 101, "d/" * 60 + "file", "öäü", "\udcff"])
@pytest.mark.parametrize("size", [0, 7, 8**11 - 1, 8**11])
def test_headers_are_those_of_the_standard_library(name: str, size: int) -> None:
    expected = tarfile.TarInfo(name)
    expected.size, expected.mode, expected.mtime = size, 0o755, 315_532_800

    header = header_of(Member(name, tarfile.REGTYPE, 0o755, size))

    assert header == expected.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
