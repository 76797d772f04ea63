"""``mlflow deployments run-local``: in the foreground until Ctrl-C."""

from __future__ import annotations

import re
import signal
import subprocess
import time

from commands import REFERENCE_ROW, Commands, post


def started(local: Commands, *more: str) -> tuple[subprocess.Popen[str], str]:
    """The command once it says where it answers."""
    process = local.start(
        "mlflow", "deployments", "run-local", "-t", "oci-datascience", "--name", "here", "-m", "models:/cancer/1", *more
    )
    assert process.stderr is not None
    told = []
    for line in process.stderr:
        told.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found and "Ctrl-C" in line:
            return process, found.group()
    msg = "".join(told)
    raise AssertionError(msg)


def test_it_answers_until_ctrl_c_and_leaves_nothing(local: Commands) -> None:
    process, url = started(local)

    answer = post(f"{url}/predict", REFERENCE_ROW)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert answer == (200, {"predictions": [0]})
    assert (process.returncode, out.strip()) == (0, ""), err
    assert "Traceback" not in err
    local.home.assert_nothing_left()


def test_killed_it_takes_its_server_along(local: Commands) -> None:
    process, _ = started(local)

    process.kill()
    process.communicate(timeout=60)

    # the supervisor sees the end of the command, and removes what it kept
    deadline = time.monotonic() + 30
    while local.home.anything_left() and time.monotonic() < deadline:
        time.sleep(0.2)
    local.home.delete("here")
    local.home.assert_nothing_left()
