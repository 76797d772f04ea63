"""The files that make a prefix a pack work from any path."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from oci_mlflow_builders.pythons.machine_paths import PLACEHOLDER
from oci_mlflow_builders.uv.layout import add_pack_files


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder with spaces"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "lib").mkdir()
    (folder / "lib" / "data.txt").write_text(f"at {PLACEHOLDER}/lib")
    add_pack_files(folder, [PurePosixPath("lib/data.txt")])
    return folder


def _unpack(prefix: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(prefix / "bin" / "conda-unpack")], capture_output=True, text=True, check=False)


def _sourced(shell: str, prefix: Path, command: str) -> subprocess.CompletedProcess[str]:
    script = f'. "{prefix}/bin/activate" && {command}'
    return subprocess.run([shell, "-c", script], capture_output=True, text=True, check=False)


def test_conda_unpack_puts_the_real_folder_there(prefix: Path) -> None:
    assert _unpack(prefix).returncode == 0

    assert f"at {prefix.resolve()}/lib" == (prefix / "lib" / "data.txt").read_text()


def test_running_it_again_changes_nothing(prefix: Path) -> None:
    _unpack(prefix)
    before = {path: path.read_bytes() for path in prefix.rglob("*") if path.is_file()}

    assert _unpack(prefix).returncode == 0
    assert before == {path: path.read_bytes() for path in prefix.rglob("*") if path.is_file()}


def test_it_keeps_what_a_file_may_do(prefix: Path) -> None:
    (prefix / "lib" / "data.txt").chmod(0o755)

    _unpack(prefix)

    assert (prefix / "lib" / "data.txt").stat().st_mode & 0o777 == 0o755


def test_a_folder_whose_name_would_break_the_files_is_refused(prefix: Path, tmp_path: Path) -> None:
    awkward = tmp_path / "it's"
    prefix.rename(awkward)

    answer = _unpack(awkward)

    assert answer.returncode == 1
    assert answer.stderr == (
        f"conda-unpack: an environment cannot lie in a folder with quotes or backslashes in its name: {awkward}\n"
    )


@pytest.mark.parametrize("shell", ["sh", "dash", "bash", "zsh"])
def test_activating_puts_it_first_and_deactivating_undoes_that(prefix: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    _unpack(prefix)

    answer = _sourced(shell, prefix, 'command -v python; echo "$CONDA_PREFIX"; deactivate; echo "${PATH%%:*}"')

    assert answer.stdout.splitlines()[:2] == [str(prefix / "bin" / "python"), str(prefix)]
    assert str(prefix) not in answer.stdout.splitlines()[2]


def test_activating_twice_is_the_same_as_once(prefix: Path) -> None:
    _unpack(prefix)

    answer = _sourced("sh", prefix, f'. "{prefix}/bin/activate"; echo "$PATH"; deactivate; echo "$PATH"')

    assert [line.count(str(prefix)) for line in answer.stdout.splitlines()] == [1, 0]


def test_a_shell_that_cannot_tell_where_it_is_asks_for_conda_unpack(prefix: Path) -> None:
    if shutil.which("dash") is None:
        pytest.skip("dash is not installed")

    answer = _sourced("dash", prefix, "echo not reached")

    assert answer.stderr == "activate: run bin/conda-unpack of this environment first\n"
    assert answer.stdout == ""


def test_bash_needs_no_conda_unpack(prefix: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")

    assert f"{prefix}/bin/python\n" == _sourced("bash", prefix, "command -v python").stdout


def test_conda_knows_it_as_an_environment(prefix: Path) -> None:
    assert (prefix / "conda-meta" / "history").read_text() == ""
