from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.home.locks import (
    Holder,
    command_words,
    holder_of,
    is_locked,
    locked,
    locked_within,
)

_HOLDER = """
import sys
from pathlib import Path
from oci_mlflow_plugin.adapters.home.locks import locked

path = Path(sys.argv.pop())
with locked(path, "it"):
    print("held", flush=True)
    sys.stdin.read()
"""

Process = subprocess.Popen[str]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "it.lock"


@pytest.fixture
def hold(lock: Path, tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Starts a process that holds the lock until its standard input ends."""
    program = tmp_path / "mlflow"
    program.write_text(_HOLDER)
    started: list[Process] = []

    def start() -> Process:
        command = [sys.executable, str(program), "deployments", "create", "--secret", "s3cret", str(lock)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_released_lock_leaves_no_file(lock: Path) -> None:
    with locked(lock, "it"):
        there = lock.exists()

    assert there
    assert not lock.exists()


def test_a_lock_is_released_when_its_context_fails(lock: Path) -> None:
    with pytest.raises(KeyboardInterrupt), locked(lock, "it"):
        raise KeyboardInterrupt

    assert not lock.exists()


def test_another_process_that_holds_it_is_named_without_its_options(lock: Path, hold: Callable[[], Process]) -> None:
    process = hold()

    with pytest.raises(ConflictError) as caught:
        locked(lock, "deployment 'fraud'").__enter__()

    expected = f"another command is at work on deployment 'fraud': process {process.pid} (mlflow deployments create)"
    assert str(caught.value) == expected
    assert caught.value.hint == "Wait until it has ended, or end it, and run this again."


def test_another_part_of_this_process_that_holds_it_is_named(lock: Path) -> None:
    with (
        locked(lock, "it"),
        pytest.raises(ConflictError, match=f"^another command is at work on it: process {os.getpid()} "),
    ):
        locked(lock, "it").__enter__()


def test_a_holder_that_has_not_signed_yet_is_told_as_such(lock: Path) -> None:
    with locked(lock, "it"):
        lock.write_text("")

        with pytest.raises(ConflictError) as caught:
            locked(lock, "it").__enter__()

    assert str(caught.value) == "another command is at work on it: a process that has not said who it is"


def test_a_failed_attempt_does_not_disturb_the_holder(lock: Path, hold: Callable[[], Process]) -> None:
    process = hold()

    for _ in range(3):
        with pytest.raises(ConflictError):
            locked(lock, "it").__enter__()

    assert is_locked(lock)
    assert Holder(process.pid, "mlflow deployments create") == holder_of(lock)


def test_the_lock_of_a_killed_process_is_free(lock: Path, hold: Callable[[], Process]) -> None:
    process = hold()
    process.kill()
    process.wait()
    abandoned = lock.exists()

    with locked(lock, "it"):
        holder = holder_of(lock)

    assert abandoned
    assert holder is not None
    assert os.getpid() == holder.pid
    assert not lock.exists()


def test_looking_at_the_lock_of_a_killed_process_removes_it(lock: Path, hold: Callable[[], Process]) -> None:
    process = hold()
    process.kill()
    process.wait()

    assert not is_locked(lock)
    assert not lock.exists()


def test_nobody_holds_a_lock_without_a_file(lock: Path) -> None:
    assert not is_locked(lock)
    assert holder_of(lock) is None


def test_a_lock_file_that_somebody_replaced_is_left_alone(lock: Path) -> None:
    with locked(lock, "it"):
        lock.unlink()
        lock.write_text("another one")

    assert lock.read_text() == "another one"


def test_waiting_ends_with_the_deadline(lock: Path, hold: Callable[[], Process]) -> None:
    hold()
    clock = ManualClock()

    with pytest.raises(ConflictError, match=r"^another command is at work on it: process \d+ \("):
        locked_within(lock, "it", clock, 0.25).__enter__()

    assert clock.sleeps == pytest.approx([0.1, 0.1, 0.05])


def test_waiting_ends_when_the_holder_goes(lock: Path, hold: Callable[[], Process]) -> None:
    process = hold()

    class ClockOnWhoseTickTheHolderGoes(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            process.kill()
            process.wait()

    clock = ClockOnWhoseTickTheHolderGoes()

    with locked_within(lock, "it", clock, 60):
        held = is_locked(lock)

    assert held
    assert clock.sleeps == [0.1]


def test_a_free_lock_is_taken_without_waiting(lock: Path) -> None:
    clock = ManualClock()

    with locked_within(lock, "it", clock, 60):
        pass

    assert clock.sleeps == []


def test_many_processes_that_take_turns_never_hold_it_together(tmp_path: Path) -> None:
    program = tmp_path / "turns.py"
    program.write_text(_TURNS)
    command = [sys.executable, str(program), str(tmp_path / "it.lock"), str(tmp_path / "inside")]

    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]

    assert [process.communicate()[1] for process in processes] == ["", "", ""]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["turns.py"]


_TURNS = """
import sys
from pathlib import Path
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.locks import locked_within

lock, inside = map(Path, sys.argv[1:])
class Eager(SystemClock):
    def sleep(self, seconds):
        super().sleep(0.0005)

for _ in range(40):
    with locked_within(lock, "it", Eager(), 60):
        inside.mkdir()  # fails where another process is inside
        inside.rmdir()
"""


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["/usr/bin/mlflow", "deployments", "create", "-C", "token=x", "more"], "mlflow deployments create"),
        (["oci-mlflow", "demo"], "oci-mlflow demo"),
        (["-c"], "python"),
        ([""], "python"),
        ([], "python"),
    ],
)
def test_a_command_is_told_by_its_words_before_the_options(argv: list[str], words: str) -> None:
    assert words == command_words(argv)
