"""``bin/conda-unpack`` replaces what it lists, in texts and in binary files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from oci_mlflow_builders.conda_prefix.pack_files import write_pack_files
from oci_mlflow_builders.conda_prefix.placeholders import BINARY, OWN, Placed

ONE, OTHER = "/one/" + "p" * 250, "/other/" + "q" * 200


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    folder = tmp_path / "prefix"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    return folder


def _unpack(prefix: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(prefix / "bin" / "conda-unpack")], capture_output=True, text=True, check=False)


def test_every_file_has_its_own_placeholder_replaced(prefix: Path) -> None:
    for name, placeholder in (("a", ONE), ("b", OTHER), ("c", OWN)):
        (prefix / name).write_text(f"{placeholder}:{placeholder}\n")
    write_pack_files(prefix, [Placed("a", ONE), Placed("b", OTHER), Placed("c", OWN)])

    assert _unpack(prefix).returncode == 0

    assert {(prefix / name).read_text() for name in "abc"} == {f"{prefix}:{prefix}\n"}


def test_a_string_in_a_binary_is_padded_at_its_end(prefix: Path) -> None:
    (prefix / "program").write_bytes(f"\0{ONE}/a:{ONE}/b\0rest".encode())
    write_pack_files(prefix, [Placed("program", ONE, BINARY)])

    assert _unpack(prefix).returncode == 0

    padding = "\0" * (2 * (len(ONE) - len(str(prefix))))
    assert (prefix / "program").read_bytes() == f"\0{prefix}/a:{prefix}/b\0{padding}rest".encode()


def test_a_placeholder_that_no_zero_ends_is_left_alone(prefix: Path) -> None:
    (prefix / "program").write_bytes(f"\0{ONE}".encode())
    write_pack_files(prefix, [Placed("program", ONE, BINARY)])

    assert _unpack(prefix).returncode == 0

    assert (prefix / "program").read_bytes() == f"\0{ONE}".encode()


def test_other_files_are_not_touched(prefix: Path) -> None:
    (prefix / "mentions").write_text(OWN)
    write_pack_files(prefix, [])

    _unpack(prefix)

    assert (prefix / "mentions").read_text() == OWN


def test_the_callers_variables_do_not_reach_the_python_that_it_runs_with(
    prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (prefix / "re.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.setenv("PYTHONPATH", str(prefix))
    write_pack_files(prefix, [])

    assert _unpack(prefix).returncode == 0


def test_a_longer_path_than_a_binary_has_room_for_changes_nothing(prefix: Path) -> None:
    short = "/short"
    (prefix / "program").write_bytes(f"{short}\0".encode())
    (prefix / "a").write_text(ONE)
    write_pack_files(prefix, [Placed("a", ONE), Placed("program", short, BINARY)])

    done = _unpack(prefix)

    assert done.returncode == 1
    assert done.stderr == (
        f"conda-unpack: the path of this environment has {len(str(prefix))} bytes, "
        f"and program has room for 6: {prefix}\n"
    )
    assert (prefix / "a").read_text() == ONE
