"""What lies in a prefix, and to which package it belongs."""

from __future__ import annotations

import json
from pathlib import Path

from oci_mlflow_builders.checking.contents import Found, files_of, sizes_by_package


def _file(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)


def test_files_are_found_and_links_are_not(tmp_path: Path) -> None:
    _file(tmp_path / "bin" / "python3.11", 7)
    (tmp_path / "bin" / "python3.11").chmod(0o755)
    (tmp_path / "bin" / "python").symlink_to("python3.11")
    _file(tmp_path / "lib" / "data", 3)

    found = files_of(tmp_path)

    assert {Found("bin/python3.11", 7, executable=True), Found("lib/data", 3, executable=False)} == set(found)


def test_files_count_for_the_package_that_installed_them(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    _file(site / "big" / "data,with comma", 500)
    _file(tmp_path / "bin" / "big", 30)
    _file(site / "small_one.py", 20)
    _file(tmp_path / "lib" / "libc.so", 40)
    _file(tmp_path / "bin" / "python3.11", 300)
    (site / "big-1.0.dist-info").mkdir()
    (site / "big-1.0.dist-info" / "RECORD").write_text('"big/data,with comma",,\n../../../bin/big,sha256=x,30\n')
    (site / "small_one-2.0.dist-info").mkdir()
    (site / "small_one-2.0.dist-info" / "RECORD").write_text("small_one.py,sha256=x,20\n")
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta" / "libc-1-0.json").write_text(json.dumps({"name": "libc", "files": ["lib/libc.so"]}))
    records = [file for file in files_of(tmp_path) if file.name.endswith(("RECORD", ".json"))]

    sizes = sizes_by_package(tmp_path, files_of(tmp_path))

    rest = 300 + sum(file.size for file in records)
    assert [("big", 530), ("python", rest), ("libc", 40), ("small-one", 20)] == sizes


def test_a_record_that_is_none_of_conda_s_is_passed_over(tmp_path: Path) -> None:
    _file(tmp_path / "conda-meta" / "other.json", 5)

    assert sizes_by_package(tmp_path, files_of(tmp_path)) == [("python", 5)]
