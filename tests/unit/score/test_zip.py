from __future__ import annotations

import io
import os
import shutil
import stat
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.artifact import FetchedModel
from oci_mlflow_core.testing.artifact_assembler import RUNTIME
from oci_mlflow_plugin.adapters.score.assembler import ScoreArtifact, ScoreArtifactAssembler, own_score_code
from oci_mlflow_plugin.adapters.score.zip_layout import Member, ZipLayout
from oci_mlflow_plugin.adapters.score.zip_stream import Checksums

HINT = "Run the command again when nothing writes to the model's files."


def artifact_of(*members: Member) -> ScoreArtifact:
    return ScoreArtifact(Checksums(ZipLayout.of(members), "models:/cancer/1"))


def opened(artifact: ScoreArtifact) -> zipfile.ZipFile:
    return zipfile.ZipFile(artifact.open())


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0"), min_size=1, max_size=8)


@given(st.dictionaries(NAMES, st.binary(max_size=300), max_size=6))
def test_python_reads_what_was_put_in(files: dict[str, bytes]) -> None:
    members = [Member(name, content, len(content)) for name, content in files.items()]
    artifact = artifact_of(*members)

    with opened(artifact) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert archive.testzip() is None
    with artifact.open() as stream:
        assert len(stream.read()) == artifact.size


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 300)), max_size=10))
def test_any_part_can_be_read_again(parts: list[tuple[int, int]]) -> None:
    artifact = artifact_of(Member("a", b"x" * 100, 100), Member("b", b"", 0), Member("c", b"y" * 250, 250))
    with artifact.open() as stream:
        whole = stream.read()

        pieces = [(stream.seek(offset), stream.read(length))[1] for offset, length in parts]

    assert pieces == [whole[offset : offset + length] for offset, length in parts]


def test_the_end_can_be_sought_for_the_length(model: FetchedModel) -> None:
    artifact = ScoreArtifactAssembler().assemble(model, RUNTIME)

    with artifact.open() as stream:
        assert stream.seek(0, io.SEEK_END) == artifact.size
        assert stream.read() == b""
        assert stream.seek(-22, io.SEEK_CUR) == artifact.size - 22
        assert stream.read(4) == b"PK\5\6"


def test_members_are_sorted_dated_1980_and_have_plain_modes(model: FetchedModel) -> None:
    (model.path / "run.sh").write_text("")
    (model.path / "run.sh").chmod(0o700)
    (model.path / "secret").write_text("")
    (model.path / "secret").chmod(0o600)
    (model.path / "empty").mkdir()
    (model.path / "code" / "__pycache__").mkdir(parents=True)
    (model.path / "code" / "__pycache__" / "a.pyc").write_text("")
    (model.path / "code" / "a.py").write_text("")

    with opened(ScoreArtifactAssembler().assemble(model, RUNTIME)) as archive:  # type: ignore[arg-type]
        found = {info.filename: info for info in archive.infolist()}

    assert list(found) == ["MLmodel", "code/a.py", "empty/", "run.sh", "runtime.yaml", "score.py", "secret"]
    assert {info.date_time for info in found.values()} == {(1980, 1, 1, 0, 0, 0)}
    assert {name: oct(info.external_attr >> 16) for name, info in found.items() if info.filename != "MLmodel"} == {
        "code/a.py": "0o100644",
        "empty/": "0o40755",
        "run.sh": "0o100755",
        "runtime.yaml": "0o100644",
        "score.py": "0o100644",
        "secret": "0o100644",
    }


def test_the_projects_own_score_py_is_put_in(model: FetchedModel) -> None:
    with opened(ScoreArtifactAssembler().assemble(model, RUNTIME)) as archive:  # type: ignore[arg-type]
        assert archive.read("score.py") == own_score_code()
        assert b"\ndef predict(data: Any, model: Any = load_model())" in own_score_code()


@pytest.mark.skipif(shutil.which("unzip") is None, reason="the unzip program is not installed")
def test_the_unzip_program_finds_no_fault(model: FetchedModel, tmp_path: Path) -> None:
    (model.path / "größe.txt").write_text("ä")
    path = tmp_path / "artifact.zip"
    with ScoreArtifactAssembler().assemble(model, RUNTIME).open() as stream:
        path.write_bytes(stream.read())

    done = subprocess.run([str(shutil.which("unzip")), "-t", str(path)], capture_output=True, check=False)

    assert done.returncode == 0, done.stdout


def test_a_file_over_4_gib_and_what_follows_it_use_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = tmp_path / "large.bin"
    size = (4 << 30) + 5
    with large.open("wb") as file:
        file.truncate(size)
    status = large.stat()
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    artifact = artifact_of(Member("large", large, size, identity=identity), Member("small", b"end", 3))
    crcs = {0: _crc_of_zeros(size), 1: zlib.crc32(b"end")}
    # a sparse file's checksum is known without reading its 4 GiB
    monkeypatch.setattr(Checksums, "of", lambda _self, index: crcs[index])

    with opened(artifact) as archive:
        infos = archive.infolist()
        small = archive.read("small")
    with artifact.open() as stream:
        stream.seek(55 + size - 10)
        tail = stream.read(10 + 4)

    assert [(info.file_size, info.header_offset) for info in infos] == [(size, 0), (3, size + 55)]
    assert small == b"end"
    assert tail == bytes(10) + b"PK\3\4"
    with artifact.open() as raw:
        assert raw.seek(0, io.SEEK_END) == artifact.size
        assert raw.seek(artifact.size - 22) > size


def _crc_of_zeros(size: int) -> int:
    """CRC-32 of that many zero bytes, by squaring (a CRC is linear)."""

    def times(matrix: list[int], vector: int) -> int:
        total = 0
        for row in matrix:
            if vector & 1:
                total ^= row
            vector >>= 1
        return total

    matrix = [0xEDB88320] + [1 << bit for bit in range(31)]
    power, crc = size * 8, 0xFFFFFFFF
    while power:
        if power & 1:
            crc = times(matrix, crc)
        matrix = [times(matrix, row) for row in matrix]
        power >>= 1
    return crc ^ 0xFFFFFFFF


def test_the_checksum_shortcut_is_right() -> None:
    assert _crc_of_zeros(12345) == zlib.crc32(bytes(12345))


def test_more_than_65535_members_use_zip64() -> None:
    members = [Member(f"{number:05}", b"", 0) for number in range(65536)]

    with opened(artifact_of(*members)) as archive:
        assert len(archive.namelist()) == 65536


def test_a_file_that_grew_after_it_was_listed_is_an_error(model: FetchedModel) -> None:
    artifact = ScoreArtifactAssembler().assemble(model, RUNTIME)
    with (model.path / "MLmodel").open("a") as file:
        file.write("more")

    with pytest.raises(ArtifactError) as caught:
        artifact.open().read()

    assert str(caught.value) == "models:/cancer/1: 'MLmodel' changed while the artifact was being read"
    assert caught.value.hint == HINT


def test_a_file_that_vanished_is_an_error(model: FetchedModel) -> None:
    artifact = ScoreArtifactAssembler().assemble(model, RUNTIME)
    (model.path / "MLmodel").unlink()

    with pytest.raises(ArtifactError) as caught:
        _ = artifact.sha256

    assert str(caught.value) == "models:/cancer/1: 'MLmodel' vanished while the artifact was being read"
    assert caught.value.hint == HINT


def test_a_file_that_shrinks_in_the_middle_of_the_read_is_an_error(model: FetchedModel) -> None:
    path = model.path / "A"
    path.write_bytes(b"x" * (3 << 20))
    artifact = ScoreArtifactAssembler().assemble(model, RUNTIME)
    stream = artifact.open()
    stream.read(1000)
    os.truncate(path, 1 << 20)

    with stream, pytest.raises(ArtifactError, match="'A' changed while the artifact was being read"):
        stream.read()


def test_bytes_that_changed_without_a_trace_are_found_by_the_checksum(model: FetchedModel) -> None:
    path = model.path / "A"
    path.write_bytes(b"x" * 1000)
    artifact = ScoreArtifactAssembler().assemble(model, RUNTIME)
    _ = artifact.sha256
    times = path.stat().st_mtime_ns
    with path.open("r+b") as file:
        file.write(b"y")
    os.utime(path, ns=(times, times))

    with artifact.open() as stream, pytest.raises(ArtifactError, match="'A' changed while the artifact was being read"):
        stream.read()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("../outside", "'link' is a symbolic link out of the model's folder"),
        ("/etc/hostname", "'link' is a symbolic link out of the model's folder"),
        ("nowhere", "'link' is a symbolic link to no file"),
        ("folder", "'link' is a symbolic link to no file"),
        ("link", "'link' is a symbolic link to no file"),
    ],
)
def test_a_symbolic_link_that_is_no_file_of_the_model_is_refused(model: FetchedModel, target: str, reason: str) -> None:
    (model.path.parent / "outside").write_text("secret")
    (model.path / "folder").mkdir()
    (model.path / "link").symlink_to(target)

    with pytest.raises(ArtifactError) as caught:
        ScoreArtifactAssembler().assemble(model, RUNTIME)

    assert str(caught.value) == f"models:/cancer/1: {reason}"


def test_a_symbolic_link_to_a_file_of_the_model_becomes_that_file(model: FetchedModel) -> None:
    (model.path / "link").symlink_to("MLmodel")

    with opened(ScoreArtifactAssembler().assemble(model, RUNTIME)) as archive:  # type: ignore[arg-type]
        assert archive.read("link") == archive.read("MLmodel")
        assert stat.S_ISREG(archive.getinfo("link").external_attr >> 16)


def test_a_named_pipe_is_refused_and_not_waited_for(model: FetchedModel) -> None:
    os.mkfifo(model.path / "pipe")

    with pytest.raises(ArtifactError) as caught:
        ScoreArtifactAssembler().assemble(model, RUNTIME)

    assert str(caught.value) == "models:/cancer/1: 'pipe' is neither a file nor a folder"


def test_a_name_that_is_not_utf_8_is_refused(model: FetchedModel) -> None:
    (Path(os.fsdecode(os.fsencode(model.path) + b"/caf\xe9"))).write_text("")

    with pytest.raises(ArtifactError) as caught:
        ScoreArtifactAssembler().assemble(model, RUNTIME)

    assert str(caught.value) == "models:/cancer/1: the file name 'caf�' is not UTF-8"


def test_a_model_whose_folder_is_gone_is_an_error(model: FetchedModel) -> None:
    shutil.rmtree(model.path)

    with pytest.raises(ArtifactError) as caught:
        ScoreArtifactAssembler().assemble(model, RUNTIME)

    assert str(caught.value) == f"models:/cancer/1: there is no folder at {model.path}"


def test_a_models_own_score_py_is_told_with_the_way_out(model: FetchedModel) -> None:
    (model.path / "score.py").write_text("")

    with pytest.raises(ArtifactError) as caught:
        ScoreArtifactAssembler().assemble(model, RUNTIME)

    assert str(caught.value) == (
        "models:/cancer/1: the model brings a file 'score.py', which the artifact needs for itself"
    )
    assert caught.value.hint == "Log the model without it, or name it with scoreCode if it is to serve the model."
