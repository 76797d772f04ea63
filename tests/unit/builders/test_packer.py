"""Packs depend on what is in the prefix, and on nothing else."""

from __future__ import annotations

import gzip
import hashlib
import os
import socket
import tarfile
from pathlib import Path

import pytest
from oci_mlflow_builders.archive import TarPacker

from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile, PackManifest
from oci_mlflow_core.testing.packing import packed_file
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock

_MANIFEST = PackManifest(name="sample", version="1", slug="sample_v1", python="3.11.7")


def _prefix(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "bin" / "tool").write_text("#!/bin/sh\n")
    (folder / "bin" / "tool").chmod(0o751)
    (folder / "bin" / "link").symlink_to("tool")
    (folder / "a-file").write_bytes(b"x" * 3_000_000)
    return folder


def _pack(prefix: Path, to: Path) -> PackFile:
    built = BuiltPrefix(path=prefix, lock=sample_lock())
    return packed_file(TarPacker(), built, _MANIFEST, to, RecordingStep("pack"))


def test_members_are_sorted_and_without_anything_of_the_machine(tmp_path: Path) -> None:
    pack = _pack(_prefix(tmp_path / "prefix"), tmp_path / "pack.tar.gz")

    with tarfile.open(pack.path) as archive:
        members = archive.getmembers()

    assert [(member.name, oct(member.mode)) for member in members] == [
        ("a-file", "0o644"),
        ("bin/link", "0o777"),
        ("bin/tool", "0o755"),
        ("empty", "0o755"),
        ("share/oci-mlflow/lock.json", "0o644"),
    ]
    assert {(0, 0, "", "", 315532800)} == {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members}
    assert all(not member.pax_headers for member in members)


def test_the_lock_lies_in_the_pack(tmp_path: Path) -> None:
    pack = _pack(_prefix(tmp_path / "prefix"), tmp_path / "pack.tar.gz")

    with tarfile.open(pack.path) as archive:
        stream = archive.extractfile("share/oci-mlflow/lock.json")
        assert stream is not None
        assert f"{sample_lock().to_text()}\n" == stream.read().decode()


def test_size_and_digest_are_those_of_the_file(tmp_path: Path) -> None:
    pack = _pack(_prefix(tmp_path / "prefix"), tmp_path / "pack.tar.gz")

    data = pack.path.read_bytes()

    assert (len(data), hashlib.sha256(data).hexdigest()) == (pack.size, pack.sha256)


def test_it_is_one_gzip_member_without_name_or_time(tmp_path: Path) -> None:
    data = _pack(_prefix(tmp_path / "prefix"), tmp_path / "pack.tar.gz").path.read_bytes()

    assert data[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    assert data.count(data[:10]) == 1
    assert len(gzip.decompress(data)) % tarfile.RECORDSIZE == 0


def test_equal_prefixes_in_different_folders_give_equal_packs(tmp_path: Path) -> None:
    first = _prefix(tmp_path / "first")
    second = _prefix(tmp_path / "a-much-longer-name")
    os.utime(second / "a-file", (0, 0))
    (second / "a-file").chmod(0o600)

    assert _pack(first, tmp_path / "1.tar.gz").sha256 == _pack(second, tmp_path / "2.tar.gz").sha256


def test_long_and_foreign_names_survive(tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    deep = prefix / ("d" * 90) / ("e" * 90)
    deep.mkdir(parents=True)
    (deep / "öäü-文").write_text("here")

    with tarfile.open(_pack(prefix, tmp_path / "pack.tar.gz").path) as archive:
        assert f"{'d' * 90}/{'e' * 90}/öäü-文" in archive.getnames()


def test_a_link_into_the_prefix_becomes_relative(tmp_path: Path) -> None:
    prefix = _prefix(tmp_path / "prefix")
    (prefix / "bin" / "absolute").symlink_to(prefix / "a-file")

    with tarfile.open(_pack(prefix, tmp_path / "pack.tar.gz").path) as archive:
        assert archive.getmember("bin/absolute").linkname == "../a-file"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside"])
def test_a_link_out_of_the_prefix_is_refused(tmp_path: Path, target: str) -> None:
    prefix = _prefix(tmp_path / "prefix")
    (prefix / "bin" / "out").symlink_to(target)

    with pytest.raises(BuildError) as caught:
        _pack(prefix, tmp_path / "pack.tar.gz")

    assert f"bin/out is a link to {target}, outside of the environment" == caught.value.reason


def test_a_socket_cannot_be_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = _prefix(tmp_path / "prefix")
    monkeypatch.chdir(prefix)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")

        with pytest.raises(BuildError, match="socket is neither a file nor a link nor a folder"):
            _pack(prefix, tmp_path / "pack.tar.gz")


def test_progress_ends_at_all_bytes(tmp_path: Path) -> None:
    step = RecordingStep("pack")
    built = BuiltPrefix(path=_prefix(tmp_path / "prefix"), lock=sample_lock())

    packed_file(TarPacker(), built, _MANIFEST, tmp_path / "pack.tar.gz", step)

    assert step.moves[-1] == (3_000_010, 3_000_010)
