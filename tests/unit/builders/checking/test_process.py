"""Programs end with all that they started."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from oci_mlflow_builders.checking.process import Ended, run_and_end

from oci_mlflow_core.errors import CancelledError

_FOREVER = "import threading; threading.Event().wait()"


def _run(folder: Path, code: str, *, seconds: float = 60.0, stopped: Callable[[], bool] = lambda: False) -> Ended:
    return run_and_end(
        [sys.executable, "-c", code], environment={"ONLY": "this"}, folder=folder, seconds=seconds, stopped=stopped
    )


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # one that has ended stays in the table until its parent, who is not this process, takes notice
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_what_it_prints_and_its_status_are_told(tmp_path: Path) -> None:
    ended = _run(tmp_path, "import sys; print('one\\n\\ntwo'); print('three', file=sys.stderr); sys.exit(3)")

    assert ended.status == 3
    assert {"one", "two", "three"} == set(ended.tail)
    assert ended.how == "it ended with status 3"


def test_it_sees_the_given_variables_alone(tmp_path: Path) -> None:
    ended = _run(tmp_path, "import os; print(os.environ['ONLY'], 'HOME' in os.environ)")

    assert ended.tail == ("this False",)


def test_a_signal_is_named(tmp_path: Path) -> None:
    ended = _run(tmp_path, "import os; os.abort()")

    assert ended.how == "it was ended by SIGABRT"


def test_credentials_do_not_reach_the_tail(tmp_path: Path) -> None:
    ended = _run(tmp_path, "print('https://me:secret@host/simple')")

    assert ended.tail == ("https://****@host/simple",)


def test_it_ends_when_its_time_is_up(tmp_path: Path) -> None:
    ended = _run(tmp_path, _FOREVER, seconds=0.3)

    assert ended.status is None
    assert ended.how == "it did not end in time"


def test_what_it_started_does_not_go_on_without_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    start = (
        f"import fcntl, subprocess, sys; lock = open({str(lock)!r}, 'w'); fcntl.flock(lock, fcntl.LOCK_EX); "
        f"subprocess.Popen([sys.executable, '-c', {_FOREVER!r}], pass_fds=[lock.fileno()])"
    )

    ended = _run(tmp_path, start)

    assert ended.status == 0
    with lock.open("w") as stream:
        # the lock is free when nobody has the file open any more
        fcntl.flock(stream, fcntl.LOCK_EX)


def test_stopping_ends_it(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = f"import os, pathlib; pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); {_FOREVER}"

    with pytest.raises(CancelledError) as caught:
        _run(tmp_path, code, stopped=lambda: pid.exists() and bool(pid.read_text()))

    assert str(caught.value) == "cancelled while trying the environment"
    assert not _runs(int(pid.read_text()))
