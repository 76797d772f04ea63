"""Console scripts find the Python beside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from oci_mlflow_builders.uv.scripts import make_relocatable


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    folder = tmp_path / "prefix"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    return folder


def _script(prefix: Path, text: str) -> Path:
    path = prefix / "bin" / "tool"
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    "head",
    [
        "#!{prefix}/bin/python\n",
        "#!{prefix}/bin/python3 -E\n",
        "#!/bin/sh\n'''exec' '{prefix}/bin/python' \"$0\" \"$@\"\n' '''\n",
        "#!/bin/sh\n'''exec' {prefix}/bin/python3.11 \"$0\" \"$@\"\n' '''\n",
    ],
)
def test_a_script_runs_from_where_it_was_moved_to(prefix: Path, tmp_path: Path, head: str) -> None:
    script = _script(prefix, f"{head.format(prefix=prefix)}import sys\nprint(sys.argv[1:])\n")

    assert frozenset([script]) == make_relocatable(prefix)

    moved = tmp_path / "moved here"
    prefix.rename(moved)
    assert str(prefix) not in (moved / "bin" / "tool").read_text()
    answer = subprocess.run([str(moved / "bin" / "tool"), "a b", "c"], capture_output=True, text=True, check=True)
    assert answer.stdout == "['a b', 'c']\n"


def test_a_link_to_a_script_runs_it(prefix: Path, tmp_path: Path) -> None:
    script = _script(prefix, f"#!{prefix}/bin/python\nprint('ran')\n")
    make_relocatable(prefix)
    (tmp_path / "link").symlink_to(script)

    assert subprocess.run([str(tmp_path / "link")], capture_output=True, text=True, check=True).stdout == "ran\n"


@pytest.mark.parametrize("text", ["#!/bin/sh\necho hello\n", "#!/usr/bin/env python3\nprint()\n", "\x7fELF"])
def test_other_programs_stay_as_they_are(prefix: Path, text: str) -> None:
    script = _script(prefix, text)

    assert frozenset() == make_relocatable(prefix)
    assert text == script.read_text()


def test_a_file_that_is_shared_with_a_cache_is_not_changed_there(prefix: Path, tmp_path: Path) -> None:
    script = _script(prefix, f"#!{prefix}/bin/python\n")
    cached = tmp_path / "cached"
    cached.hardlink_to(script)

    make_relocatable(prefix)

    assert f"#!{prefix}/bin/python\n" == cached.read_text()
