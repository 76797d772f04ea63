"""The stream of files that goes into a container."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path, PurePosixPath

from oci_mlflow_builders.docker.inputs import Input, archive_of


def _members(*inputs: Input, folders: tuple[str, ...] = ()) -> dict[str, tarfile.TarInfo]:
    data = b"".join(archive_of(inputs, map(PurePosixPath, folders)))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {member.name: member for member in archive.getmembers()}


def test_files_and_texts_arrive_with_their_bytes(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(bytes(range(256)) * 9000)
    inputs = (Input(PurePosixPath("/tmp/b/large"), file), Input(PurePosixPath("/tmp/b/text"), b"hello"))

    data = b"".join(archive_of(inputs, ()))

    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        read = {name: archive.extractfile(name) for name in ("tmp/b/large", "tmp/b/text")}
        contents = [stream.read() if stream else b"" for stream in read.values()]
    assert contents == [file.read_bytes(), b"hello"]


def test_every_user_of_the_container_may_write_into_its_folders() -> None:
    members = _members(Input(PurePosixPath("/tmp/b/c/text"), b""), folders=("/tmp/b/home",))

    folders = {name: oct(member.mode) for name, member in members.items() if member.isdir()}
    assert folders == {"tmp/b": "0o777", "tmp/b/home": "0o777", "tmp/b/c": "0o777"}


def test_folders_that_every_image_has_are_left_as_they_are() -> None:
    assert "tmp" not in _members(Input(PurePosixPath("/tmp/b/text"), b""))
