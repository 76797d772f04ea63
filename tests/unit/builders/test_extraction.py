"""Packs are laid out safely, whatever they say."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from oci_mlflow_builders.archive import TarPacker, extract_pack, unpack

from oci_mlflow_core.errors import PackCorruptError
from oci_mlflow_core.model.pack import BuiltPrefix, PackManifest
from oci_mlflow_core.testing.packing import packed_file
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock

_MANIFEST = PackManifest(name="sample", version="1", slug="sample_v1", python="3.11.7")


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "to"
    folder.mkdir()
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    prefix = tmp_path / "prefix"
    (prefix / "bin").mkdir(parents=True)
    (prefix / "empty").mkdir()
    (prefix / "bin" / "tool").write_text("#!/bin/sh\n")
    (prefix / "bin" / "tool").chmod(0o755)
    (prefix / "bin" / "link").symlink_to("../bin/tool")
    (prefix / "large").write_bytes(bytes(range(256)) * 20_000)
    path = tmp_path / "pack.tar.gz"
    packed_file(TarPacker(), BuiltPrefix(path=prefix, lock=sample_lock()), _MANIFEST, path, RecordingStep("pack"))
    return path


def _archive(path: Path, *members: tuple[str, Callable[[tarfile.TarInfo], None], bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, shape, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            shape(member)
            archive.addfile(member, io.BytesIO(data))
    return path


def _file(_member: tarfile.TarInfo) -> None:
    """A plain file is what a member is from the start."""


def _kind(kind: bytes, linkname: str = "") -> Callable[[tarfile.TarInfo], None]:
    def shape(member: tarfile.TarInfo) -> None:
        member.type, member.linkname = kind, linkname

    return shape


def test_what_was_packed_comes_out(pack: Path, to: Path, tmp_path: Path) -> None:
    extract_pack(pack, to, RecordingStep("unpack"))

    assert (to / "large").read_bytes() == (tmp_path / "prefix" / "large").read_bytes()
    assert (to / "bin" / "link").resolve() == (to / "bin" / "tool").resolve()
    assert (to / "bin" / "tool").stat().st_mode & 0o777 == 0o755
    assert (to / "empty").is_dir()


def test_progress_is_told_in_bytes_of_the_pack(pack: Path, to: Path) -> None:
    step = RecordingStep("unpack")

    extract_pack(pack, to, step)

    assert step.moves[-1] == (pack.stat().st_size, pack.stat().st_size)


def test_a_folder_that_is_not_empty_is_left_alone(pack: Path, to: Path) -> None:
    (to / "mine").touch()

    with pytest.raises(FileExistsError):
        extract_pack(pack, to, RecordingStep("unpack"))

    assert [to / "mine"] == list(to.iterdir())


@pytest.mark.parametrize("kept", [0, 5, 100, -1, -9])
def test_a_pack_that_was_cut_off_is_damaged_and_leaves_nothing(pack: Path, to: Path, kept: int) -> None:
    pack.write_bytes(pack.read_bytes()[:kept])

    with pytest.raises(PackCorruptError) as caught:
        extract_pack(pack, to, RecordingStep("unpack"))

    assert str(caught.value).startswith(f"{pack}: the pack is damaged (")
    assert list(to.iterdir()) == []


@pytest.mark.parametrize("position", [0.3, 0.6, 0.999])
def test_a_flipped_bit_is_noticed(pack: Path, to: Path, position: float) -> None:
    data = bytearray(pack.read_bytes())
    data[int(len(data) * position)] ^= 0x10
    pack.write_bytes(data)

    with pytest.raises(PackCorruptError):
        extract_pack(pack, to, RecordingStep("unpack"))

    assert list(to.iterdir()) == []


def test_a_header_that_makes_no_sense_is_not_taken_for_the_end(tmp_path: Path, to: Path) -> None:
    plain = gzip.decompress(_archive(tmp_path / "whole.tar.gz", ("a", _file, b"a"), ("b", _file, b"b")).read_bytes())
    path = tmp_path / "damaged.tar.gz"
    path.write_bytes(gzip.compress(plain[:1024] + b"?" * 512 + plain[1536:]))

    with pytest.raises(PackCorruptError):
        extract_pack(path, to, RecordingStep("unpack"))


def test_a_file_that_is_no_pack_is_called_damaged(tmp_path: Path, to: Path) -> None:
    path = tmp_path / "page.tar.gz"
    path.write_text("<html>not found</html>")

    with pytest.raises(PackCorruptError):
        extract_pack(path, to, RecordingStep("unpack"))


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("/etc/x", _file, b"")], "'/etc/x' would lie outside of the folder that the pack is unpacked to"),
        ([("a/../../x", _file, b"")], "'a/../../x' would lie outside of the folder that the pack is unpacked to"),
        ([("l", _kind(tarfile.SYMTYPE, "/etc"), b"")], "'l' is a link to '/etc', which may lead out of the pack"),
        ([("a/l", _kind(tarfile.SYMTYPE, "../.."), b"")], "'a/l' is a link to '../..', which may lead out of the pack"),
        (
            [("d/s", _kind(tarfile.SYMTYPE, ".."), b""), ("t", _kind(tarfile.SYMTYPE, "d/s/.."), b"")],
            "'t' is a link to 'd/s/..', which may lead out of the pack",
        ),
        (
            [("l", _kind(tarfile.SYMTYPE, "d"), b""), ("l/x", _file, b"")],
            "l is a file and a folder at once",
        ),
        ([("h", _kind(tarfile.LNKTYPE, "elsewhere"), b"")], "h is of a kind that no pack holds"),
        (
            [("h", _kind(tarfile.LNKTYPE, "/etc/passwd"), b"")],
            "'/etc/passwd' would lie outside of the folder that the pack is unpacked to",
        ),
        (
            [("h", _kind(tarfile.LNKTYPE, "../x"), b"")],
            "'../x' would lie outside of the folder that the pack is unpacked to",
        ),
        ([("h", _kind(tarfile.LNKTYPE, "h"), b"")], "h is of a kind that no pack holds"),
        ([("l", _kind(tarfile.SYMTYPE, ""), b"")], "'l' is a link to '', which may lead out of the pack"),
        ([("d/", _kind(tarfile.DIRTYPE), b""), ("d", _kind(tarfile.SYMTYPE, "x"), b"")], "d is in the pack twice"),
        ([("s", _kind(tarfile.SYMTYPE, "x"), b""), ("s", _file, b"1")], "s is in the pack twice"),
        ([("b", _kind(tarfile.BLKTYPE), b"")], "b is of a kind that no pack holds"),
        ([("o", _kind(b"Z"), b"")], "o is of a kind that no pack holds"),
        ([("p", _kind(tarfile.FIFOTYPE), b"")], "p is of a kind that no pack holds"),
        ([("c", _kind(tarfile.CHRTYPE), b"")], "c is of a kind that no pack holds"),
        ([("a", _file, b"1"), ("a", _file, b"2")], "a is in the pack twice"),
    ],
)
def test_what_no_pack_holds_is_refused(
    tmp_path: Path, to: Path, members: list[tuple[str, Callable[[tarfile.TarInfo], None], bytes]], reason: str
) -> None:
    path = _archive(tmp_path / "evil.tar.gz", *members)

    with pytest.raises(PackCorruptError) as caught:
        extract_pack(path, to, RecordingStep("unpack"))

    assert reason == caught.value.reason
    assert list(to.iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_header_is_not_read_into_memory_whatever_its_length(tmp_path: Path, to: Path, kind: bytes) -> None:
    path = _archive(tmp_path / "long.tar.gz", ("first", _file, b""), ("name", _kind(kind), bytes(3 << 20)))

    with pytest.raises(PackCorruptError) as caught:
        extract_pack(path, to, RecordingStep("unpack"))

    assert caught.value.reason == "a header is longer than any pack has it"
    assert list(to.iterdir()) == []


def test_sparse_files_cannot_describe_themselves_without_end(tmp_path: Path, to: Path) -> None:
    header = bytearray(tarfile.TarInfo("sparse").tobuf(tarfile.GNU_FORMAT))
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[482] = 1
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    more = (b"00000000001\0" * 42 + b"\1").ljust(512, b"\0")
    path = tmp_path / "sparse.tar.gz"
    path.write_bytes(gzip.compress(bytes(header) + more * 5000))

    with pytest.raises(PackCorruptError) as caught:
        extract_pack(path, to, RecordingStep("unpack"))

    assert caught.value.reason == "a header is longer than any pack has it"


def test_a_size_below_zero_is_refused(tmp_path: Path, to: Path) -> None:
    header = bytearray(tarfile.TarInfo("file").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 12
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    path = tmp_path / "negative.tar.gz"
    path.write_bytes(gzip.compress(bytes(header) + bytes(1024)))

    with pytest.raises(PackCorruptError) as caught:
        extract_pack(path, to, RecordingStep("unpack"))

    assert caught.value.reason == "file has a size that no file has"


def test_links_between_the_files_of_a_pack_are_kept(tmp_path: Path, to: Path) -> None:
    path = _archive(tmp_path / "hard.tar.gz", ("./a/one", _file, b"1"), ("b", _kind(tarfile.LNKTYPE, "./a/one"), b""))

    extract_pack(path, to, RecordingStep("unpack"))

    assert (to / "b").read_bytes() == b"1"


def test_special_mode_bits_are_not_taken_over(tmp_path: Path, to: Path) -> None:
    def shape(member: tarfile.TarInfo) -> None:
        member.mode = 0o6777

    extract_pack(_archive(tmp_path / "mode.tar.gz", ("a", shape, b"")), to, RecordingStep("unpack"))

    assert (to / "a").stat().st_mode & 0o7777 == 0o755 & (to / "a").stat().st_mode


def test_a_pack_whose_conda_unpack_fails_is_told(tmp_path: Path, to: Path) -> None:
    def program(member: tarfile.TarInfo) -> None:
        member.mode = 0o755

    script = b"#!/bin/sh\necho 'something is wrong' >&2\nexit 1\n"
    path = _archive(tmp_path / "bad.tar.gz", ("bin/python", program, script), ("bin/conda-unpack", _file, b""))

    with pytest.raises(PackCorruptError) as caught:
        unpack(path, to, RecordingStep("unpack"))

    assert caught.value.reason == "its bin/conda-unpack failed: something is wrong"
