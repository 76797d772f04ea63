"""Packages on their way into the cache arrive as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from oci_mlflow_builders.rattler.arrivals import arrivals


def _unpack(folder: Path, name: str, *, whole: bool, text: str = "new") -> None:
    (folder / name).mkdir()
    (folder / name / "file").write_text(text)
    (folder / f"{name}.lock").write_bytes(bytes(40) if whole else b"")


def test_whole_packages_are_taken_over_also_when_it_fails(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        _unpack(folder, "six-1.16.0-0", whole=True)
        _unpack(folder, "half-1.0-0", whole=False)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), arrivals(tmp_path) as folder:
        fail(folder)

    assert sorted(path.name for path in tmp_path.iterdir()) == [".arriving", "six-1.16.0-0", "six-1.16.0-0.lock"]
    assert [path for path in (tmp_path / ".arriving").rglob("*") if path.is_dir() or path.stat().st_size] == []


def test_a_thread_that_goes_on_after_a_failure_finds_no_way_to_make_the_folder_again(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), arrivals(tmp_path) as folder:
        fail(folder)

    with pytest.raises(NotADirectoryError):
        (folder / "late").mkdir(parents=True)


def test_nothing_is_left_where_nothing_failed(tmp_path: Path) -> None:
    with arrivals(tmp_path) as folder:
        _unpack(folder, "half-1.0-0", whole=False)

    assert list((tmp_path / ".arriving").iterdir()) == []


def test_a_package_that_had_to_be_fetched_again_replaces_the_old_one(tmp_path: Path) -> None:
    _unpack(tmp_path, "six-1.16.0-0", whole=True, text="old")

    with arrivals(tmp_path) as folder:
        _unpack(folder, "six-1.16.0-0", whole=True)

    assert (tmp_path / "six-1.16.0-0" / "file").read_text() == "new"


def test_what_a_killed_command_left_is_removed_and_what_another_works_at_stays(tmp_path: Path) -> None:
    left = tmp_path / ".arriving" / "of-a-killed-command"
    left.mkdir(parents=True)
    left.with_name("of-a-killed-command.lock").touch()

    with arrivals(tmp_path) as first, arrivals(tmp_path) as second:
        assert first.is_dir()
        assert second.is_dir()
        assert not left.exists()
