"""Prefixes are brought to another path without copying, and without being changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from oci_mlflow_builders.checking.moving import Fingerprint, WrittenInPlaceError, link_tree


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    folder = tmp_path / "prefix"
    (folder / "lib" / "empty").mkdir(parents=True)
    (folder / "lib" / "data").write_text("data")
    (folder / "lib64").symlink_to("lib")
    (folder / "link").symlink_to("lib/data")
    return folder


def test_files_are_the_same_and_links_stay_links(prefix: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"

    link_tree(prefix, to, lambda: None)

    assert (to / "lib" / "data").samefile(prefix / "lib" / "data")
    assert (str((to / "link").readlink()), str((to / "lib64").readlink())) == ("lib/data", "lib")
    assert (to / "lib" / "empty").is_dir()


def test_linking_does_not_count_as_a_change(prefix: Path, tmp_path: Path) -> None:
    before = Fingerprint.of(prefix)

    link_tree(prefix, tmp_path / "to", lambda: None)

    before.verify()


def test_a_file_that_is_replaced_elsewhere_is_no_change(prefix: Path, tmp_path: Path) -> None:
    before = Fingerprint.of(prefix)
    link_tree(prefix, tmp_path / "to", lambda: None)
    (tmp_path / "to" / "lib" / "data").unlink()
    (tmp_path / "to" / "lib" / "data").write_text("other")

    before.verify()


def test_writing_through_a_link_is_noticed(prefix: Path, tmp_path: Path) -> None:
    before = Fingerprint.of(prefix)
    link_tree(prefix, tmp_path / "to", lambda: None)
    (tmp_path / "to" / "lib" / "data").write_text("changed")

    with pytest.raises(WrittenInPlaceError, match=r"\Alib/data\Z"):
        before.verify()
