"""A create on this machine that is killed at each of its step boundaries, followed by the same create.

The command is a child process with the real state, locks, packs, packer and servers; the model and the environment are
small ones in memory, so that every boundary can be crossed.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Home, post

CREATE = Path(__file__).with_name("create_and_be_killed.py")
#: Two for each step: fetch, lock, build, register, create, wait.
BOUNDARIES = 12


def create(home: Path, boundary: int | None) -> subprocess.CompletedProcess[str]:
    """Runs the create; it is killed when it crosses that boundary, and runs to its end without one."""
    return subprocess.run(
        [sys.executable, CREATE, home, str(-1 if boundary is None else boundary)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_create_crosses_as_many_boundaries_as_are_tested(tmp_path: Path) -> None:
    done = create(tmp_path / "home", None)

    home = Home(tmp_path / "home")
    home.delete("small")
    assert (done.returncode, done.stdout.split()[-1]) == (0, str(BOUNDARIES)), done.stderr
    home.assert_nothing_left()


@pytest.mark.parametrize("boundary", range(BOUNDARIES))
def test_the_same_create_succeeds_after_a_kill(boundary: int, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    killed = create(home.folder, boundary)

    again = create(home.folder, None)

    assert (killed.returncode, again.returncode) == (-signal.SIGKILL, 0), again.stderr
    assert post(f"{home.get('small').url}/predict", [1, 2]) == (200, {"predictions": [1, 2]})
    assert home.names() == ["small"]
    home.delete("small")
    home.assert_nothing_left()


@pytest.mark.parametrize("boundary", range(BOUNDARIES))
def test_delete_alone_cleans_up_after_a_kill(boundary: int, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    create(home.folder, boundary)

    home.delete("small")

    home.assert_nothing_left()
