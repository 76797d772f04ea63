"""What was installed aside by a Python of another minor version fits the prefix's."""

from __future__ import annotations

from pathlib import Path

from oci_mlflow_builders.rattler.foreign import merge


def _write(file: Path, text: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_libraries_headers_and_scripts_are_moved_to_where_the_prefixs_python_looks(tmp_path: Path) -> None:
    aside, prefix = tmp_path / "aside", tmp_path / "prefix"
    _write(aside / "lib" / "python3.13" / "site-packages" / "one.py", "one")
    _write(aside / "include" / "site" / "python3.13" / "one" / "one.h", "header")
    _write(aside / "bin" / "one", "script")
    _write(aside / ".lock")

    merge(aside, prefix, "3.11")

    files = sorted(str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file())
    assert files == ["bin/one", "include/site/python3.11/one/one.h", "lib/python3.11/site-packages/one.py"]


def test_lists_of_files_name_headers_where_they_are_now(tmp_path: Path) -> None:
    aside, prefix = tmp_path / "aside", tmp_path / "prefix"
    record = "one.py,,\n../../../include/site/python3.13/one/one.h,,\n"
    _write(aside / "lib" / "python3.13" / "site-packages" / "one-1.0.dist-info" / "RECORD", record)

    merge(aside, prefix, "3.11")

    merged = prefix / "lib" / "python3.11" / "site-packages" / "one-1.0.dist-info" / "RECORD"
    assert merged.read_text() == "one.py,,\n../../../include/site/python3.11/one/one.h,,\n"


def test_what_is_there_already_is_replaced(tmp_path: Path) -> None:
    aside, prefix = tmp_path / "aside", tmp_path / "prefix"
    _write(aside / "bin" / "one", "new")
    _write(prefix / "bin" / "one", "old")

    merge(aside, prefix, "3.11")

    assert (prefix / "bin" / "one").read_text() == "new"
