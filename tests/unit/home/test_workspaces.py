from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oci_mlflow_core.testing.progress_sink import RecordingProgress
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.removal import remove_tree
from oci_mlflow_plugin.adapters.home.workspaces import HomeWorkspaces

_USER = """
import sys
from pathlib import Path
from oci_mlflow_core.testing.progress_sink import RecordingProgress
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.workspaces import HomeWorkspaces

with HomeWorkspaces(Home(Path(sys.argv[1])), RecordingProgress()).open("build") as folder:
    (folder / "artifact").mkdir()
    (folder / "artifact" / "file").touch()
    (folder / "artifact").chmod(0o555)
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def progress() -> RecordingProgress:
    return RecordingProgress()


@pytest.fixture
def elsewhere(home: Home) -> Iterator[Callable[[], tuple[subprocess.Popen[str], Path]]]:
    """Starts a process that has a workspace with a read-only folder in it."""
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], Path]:
        command = [sys.executable, "-c", _USER, str(home.root)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return process, Path(process.stdout.readline().strip())

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_what_a_killed_process_left_is_removed_by_the_next_command(
    home: Home, progress: RecordingProgress, elsewhere: Callable[[], tuple[subprocess.Popen[str], Path]]
) -> None:
    process, left = elsewhere()
    process.kill()
    process.wait()
    there = (left / "artifact" / "file").exists()

    with HomeWorkspaces(home, progress).open("pack") as folder:
        remaining = [path.name for path in home.work.iterdir()]

    assert there
    assert sorted(remaining) == sorted([folder.name, f"{folder.name}.lock"])
    assert list(home.work.iterdir()) == []


def test_what_a_living_process_uses_is_left_alone(
    home: Home, progress: RecordingProgress, elsewhere: Callable[[], tuple[subprocess.Popen[str], Path]]
) -> None:
    _, used = elsewhere()

    with HomeWorkspaces(home, progress).open("pack"):
        pass

    assert (used / "artifact" / "file").exists()


def test_a_process_that_ends_well_removes_its_own(
    home: Home, elsewhere: Callable[[], tuple[subprocess.Popen[str], Path]]
) -> None:
    process, _ = elsewhere()

    process.communicate("")

    assert process.returncode == 0
    assert list(home.work.iterdir()) == []


def test_a_purpose_becomes_a_name_that_every_file_system_takes(home: Home, progress: RecordingProgress) -> None:
    with HomeWorkspaces(home, progress).open("build of ../fraud") as folder:
        assert folder.parent == home.work
        assert folder.name.startswith("build-of-fraud-")


def test_read_only_folders_are_removed_without_root_powers(
    public_tmp: Path, give: Callable[[Path], None], drop_root_powers: Callable[[], None]
) -> None:
    folder = public_tmp / "state" / "tree"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "file").touch()
    (folder / "link").symlink_to(public_tmp)
    give(public_tmp / "state")
    for path in (folder / "a" / "b", folder / "a", folder):
        path.chmod(0o500)
    drop_root_powers()

    remove_tree(folder)

    assert not folder.exists()
    assert public_tmp.exists()


def test_what_cannot_be_removed_is_told_and_fails_nothing(
    home: Home, progress: RecordingProgress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(1, "Operation not permitted", str(folder / "file"))

    # A file that even its owner cannot remove needs a flag that only root may set, and not on every file system.
    monkeypatch.setattr("oci_mlflow_plugin.adapters.home.workspaces.remove_tree", refuse)

    with HomeWorkspaces(home, progress).open("build") as folder:
        pass

    assert [f"the folder {folder} could not be removed (Operation not permitted: {folder}/file)"] == progress.notes
