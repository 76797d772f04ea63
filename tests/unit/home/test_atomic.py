from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from oci_mlflow_plugin.adapters.home.atomic import write_json, write_text
from oci_mlflow_plugin.adapters.home.flock import claim


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "a\r\nü\n", "writing")

    assert (tmp_path / "file").read_bytes() == b"a\r\n\xc3\xbc\n"


def test_a_file_is_for_this_user_alone(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "text", "writing")

    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


def test_json_is_indented_and_readable(tmp_path: Path) -> None:
    write_json(tmp_path / "file", {"name": "Zoë"}, "writing")

    assert (tmp_path / "file").read_text(encoding="utf-8") == '{\n  "name": "Zoë"\n}\n'


def test_a_reader_of_the_old_file_keeps_it_whole(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "old", "writing")
    with (tmp_path / "file").open() as reader:
        write_text(tmp_path / "file", "new", "writing")

        assert reader.read() == "old"
    assert (tmp_path / "file").read_text() == "new"


def test_text_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "old", "writing")

    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "file", "\udcff", "writing")

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "old")]


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".file.0123456789abcdef.tmp").touch()

    write_text(tmp_path / "file", "text", "writing")

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_a_living_writer_writes_is_left_alone(tmp_path: Path) -> None:
    temporary = tmp_path / ".file.0123456789abcdef.tmp"
    descriptor = claim(temporary)
    assert descriptor is not None

    write_text(tmp_path / "file", "text", "writing")

    os.close(descriptor)
    assert temporary.exists()


@pytest.mark.parametrize("name", [".other.0123456789abcdef.tmp", ".file.tmp", ".file.zz.tmp", "file.tmp"])
def test_files_of_others_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    write_text(tmp_path / "file", "text", "writing")

    assert (tmp_path / name).exists()
