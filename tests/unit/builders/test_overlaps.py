"""A file that several distributions bring has always the same owner."""

from __future__ import annotations

import zipfile
from pathlib import Path

from oci_mlflow_builders.uv.overlaps import overlaps
from oci_mlflow_builders.uv.records import hash_of, installed_in
from tiny_wheels import make_wheel


def _installed(site_packages: Path, *wheels: Path) -> Path:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site_packages)
    return site_packages


def test_the_distribution_that_needs_the_others_wins(tmp_path: Path) -> None:
    part = make_wheel(tmp_path, "zz-part", files={"shared.py": "part"})
    whole = make_wheel(tmp_path, "aa-whole", files={"shared.py": "whole"}, requires=("zz-part",))

    [overlap] = overlaps(installed_in(_installed(tmp_path / "site", whole, part)))

    assert (overlap.winner.name, overlap.entry) == ("aa-whole", "shared.py")


def test_without_need_the_last_by_name_wins(tmp_path: Path) -> None:
    first = make_wheel(tmp_path, "aa", files={"shared.py": "first"})
    last = make_wheel(tmp_path, "bb", files={"shared.py": "last"})

    [overlap] = overlaps(installed_in(_installed(tmp_path / "site", last, first)))

    assert overlap.winner.name == "bb"


def test_what_has_the_winners_bytes_already_needs_nothing(tmp_path: Path) -> None:
    first = make_wheel(tmp_path, "aa", files={"shared.py": "first"})
    last = make_wheel(tmp_path, "bb", files={"shared.py": "last"})

    assert overlaps(installed_in(_installed(tmp_path / "site", first, last))) == ()


def test_equal_files_are_no_overlap(tmp_path: Path) -> None:
    wheels = [make_wheel(tmp_path, name, files={"shared.py": "same"}) for name in ("aa", "bb")]

    assert overlaps(installed_in(_installed(tmp_path / "site", *wheels))) == ()


def test_a_list_is_saved_sorted_with_what_the_files_are_now(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "aa", files={"b.py": "b", "a.py": "a"})
    site_packages = _installed(tmp_path / "site", wheel)
    [distribution] = installed_in(site_packages)
    (site_packages / "b.py").write_text("changed")
    (site_packages / "a.py").unlink()

    for entry in ("a.py", "b.py"):
        distribution.refresh(entry)
    distribution.save()

    lines = (site_packages / "aa-1.0.dist-info" / "RECORD").read_text().splitlines()
    assert lines == sorted(lines)
    assert f"b.py,{hash_of(b'changed')},7" in lines
    assert not [line for line in lines if line.startswith("a.py")]
