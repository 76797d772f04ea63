from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from oci_mlflow_core.testing.equal_packs import difference


def _pack(path: Path, *members: tuple[str, bytes, int], level: int = 6, end: bytes = b"") -> Path:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content, mode in members:
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
    path.write_bytes(gzip.compress(buffer.getvalue() + end, level, mtime=0))
    return path


_CONTENT = bytes(range(256)) * 40


def test_equal_bytes_have_no_difference(tmp_path: Path) -> None:
    first = _pack(tmp_path / "a", ("bin/python", _CONTENT, 0o755))
    second = _pack(tmp_path / "b", ("bin/python", _CONTENT, 0o755))

    assert difference(first, second) == ""


@pytest.mark.parametrize(
    "other",
    [
        (("a", b"1", 0o644), ("b", b"another", 0o644)),
        (("a", b"1", 0o644), ("b", b"2", 0o755)),
        (("a", b"1", 0o644),),
        (("a", b"1", 0o644), ("b", b"2", 0o644), ("c", b"", 0o644)),
    ],
)
def test_the_first_member_that_is_another_is_named(tmp_path: Path, other: tuple[tuple[str, bytes, int], ...]) -> None:
    first = _pack(tmp_path / "a", ("a", b"1", 0o644), ("b", b"2", 0o644))

    found = difference(first, _pack(tmp_path / "b", *other))

    name = "c" if len(other) == 3 else "b"
    assert found == f"the packs differ from the member {name} on"


def test_another_compression_is_told_from_other_files(tmp_path: Path) -> None:
    first = _pack(tmp_path / "a", ("a", _CONTENT, 0o644), level=1)
    second = _pack(tmp_path / "b", ("a", _CONTENT, 0o644), level=9)

    assert difference(first, second).startswith("the packs have the same archive, which is compressed differently")


def test_bytes_between_the_members_count(tmp_path: Path) -> None:
    first = _pack(tmp_path / "a", ("a", b"1", 0o644))
    second = _pack(tmp_path / "b", ("a", b"1", 0o644), end=bytes(512))

    assert difference(first, second) == (
        "the packs have the same members, and their archives differ from byte 10240 on"
    )
