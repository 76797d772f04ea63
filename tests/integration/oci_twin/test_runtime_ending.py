"""Generations replace each other, and nothing outlives what ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from integration.oci_twin.runtime_rig import (
    DEPLOYMENT,
    ECHO,
    LOG,
    TENANCY,
    Rig,
    make_artifact,
    make_pack,
    outcome,
    post,
    wait_for,
)
from oci_twin.runtime.port import CondaServing, Failed, Pending, Ready

_WHERE = ("tests", "packs", "conda/tiny_v1")
_WAIT_FOR_FILE = """
import os, time

def load_model():
    return None

def predict(data, model):
    open(os.path.expanduser("~/begun"), "w").close()
    while not os.path.exists(data):
        time.sleep(0.02)
    return "finished"
"""
_HAS_CHILD = """
import subprocess, sys

def load_model():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"]).pid

def predict(data, model):
    return model
"""
_NEVER_LOADS = """
import time

def load_model():
    time.sleep(3600)

def predict(data, model):
    return None
"""
_TWIN = """
import sys
sys.path[:0] = sys.argv[1].split(":")
from pathlib import Path
from integration.oci_twin.runtime_rig import DEPLOYMENT, Rig
rig = Rig(Path(sys.argv[2]), {("tests", "packs", "conda/tiny_v1"): Path(sys.argv[3])})
rig.score(sys.argv[4])
print(rig.answer(None)[1], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def rig(tmp_path: Path, pack: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path, {_WHERE: pack})
    yield rig
    rig.runtime.stop_all()


def _servers(folder: Path) -> list[str]:
    """The command lines of processes that serve something below the folder."""
    found = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [
        " ".join(line) for line in found if any("runner.py" in part for part in line) and str(folder) in " ".join(line)
    ]


def _gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_generation_serves_while_the_next_is_prepared(rig: Rig, tmp_path: Path) -> None:
    rig.score(ECHO)
    artifact = make_artifact(tmp_path / "slow.zip", {"score.py": _NEVER_LOADS})

    second = rig.runtime.prepare(DEPLOYMENT, 2, CondaServing(artifact, {}, TENANCY, LOG))
    wait_for(lambda: isinstance(progress := second.poll(), Pending) and progress.percent == 80)

    assert rig.answer("x") == (200, {"prediction": "x", "model": "model"})
    assert rig.runtime.server_url(DEPLOYMENT, 2) is None


def test_a_generation_is_replaced_without_a_gap(rig: Rig) -> None:
    first = rig.score(ECHO)
    second = rig.score(ECHO.replace('"model"', '"second"', 1), generation=2)

    rig.runtime.stop(DEPLOYMENT, 1)

    assert isinstance(first, Ready)
    assert isinstance(second, Ready)
    assert rig.answer("x", generation=2) == (200, {"prediction": "x", "model": "second"})
    assert rig.runtime.server_url(DEPLOYMENT, 1) is None
    wait_for(lambda: len(_servers(rig.folder)) == 1)


def test_a_request_that_was_begun_is_answered_by_a_generation_that_is_stopped(rig: Rig, tmp_path: Path) -> None:
    rig.score(_WAIT_FOR_FILE)
    url = rig.runtime.server_url(DEPLOYMENT, 1)
    answers: list[Any] = []
    asking = threading.Thread(
        target=lambda: answers.append(post(f"{url}/predict", json.dumps(str(tmp_path / "go")).encode()))
    )
    asking.start()
    wait_for(lambda: list((tmp_path / "runtime" / "generations").glob("*/home/begun")))

    rig.runtime.stop(DEPLOYMENT, 1)
    (tmp_path / "go").touch()
    asking.join()

    assert answers == [(200, "finished")]
    wait_for(lambda: _servers(rig.folder) == [])


def test_a_preparation_that_is_stopped_ends_at_once(rig: Rig, tmp_path: Path) -> None:
    artifact = make_artifact(tmp_path / "slow.zip", {"score.py": _NEVER_LOADS})
    preparation = rig.runtime.prepare(DEPLOYMENT, 1, CondaServing(artifact, {}, TENANCY, LOG))
    wait_for(lambda: isinstance(progress := preparation.poll(), Pending) and progress.percent == 80)

    rig.runtime.stop(DEPLOYMENT, 1)

    assert isinstance(outcome(preparation), Failed)
    wait_for(lambda: list((tmp_path / "runtime" / "generations").iterdir()) == [])
    assert _servers(rig.folder) == []


def test_processes_that_the_model_started_end_with_it(rig: Rig) -> None:
    rig.score(_HAS_CHILD)
    _, child = rig.answer(None)

    rig.runtime.stop_all()

    assert _gone(child)
    assert _servers(rig.folder) == []


def test_a_server_that_died_has_no_url(rig: Rig) -> None:
    rig.score("import os\ndef load_model():\n  return os.getpid()\ndef predict(data, model):\n  return model\n")
    _, server = rig.answer(None)

    psutil.Process(server).kill()

    wait_for(lambda: rig.runtime.server_url(DEPLOYMENT, 1) is None)


def test_stopping_what_was_never_prepared_is_nothing(rig: Rig) -> None:
    rig.runtime.stop(DEPLOYMENT, 7)

    assert rig.runtime.server_url(DEPLOYMENT, 7) is None


def test_everything_ends_with_a_twin_that_is_killed(tmp_path: Path, pack: Path) -> None:
    arguments = [":".join(sys.path), str(tmp_path), str(pack), _HAS_CHILD]
    with subprocess.Popen(
        [sys.executable, "-c", _TWIN, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as twin:
        assert twin.stdout is not None
        child = int(twin.stdout.readline())
        before = _servers(tmp_path)

        twin.send_signal(signal.SIGKILL)

    assert len(before) == 1
    wait_for(lambda: _servers(tmp_path) == [])
    wait_for(lambda: _gone(child))


def test_what_a_killed_twin_has_left_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "runtime" / "generations" / "old" / "home"
    left.mkdir(parents=True)

    Rig(tmp_path, {})

    assert not left.exists()
