"""What several processes do at once in one folder of packs: real processes, started together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.testing.pack_store import sample_lock
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home

_LOCATIONS = 30
_ROUNDS = 40
_FILES = ["pack", "pack.lock", "pack.manifest.json", "pack.sha256"]


def _started(root: Path, name: str, locations: int, rounds: int, mode: str) -> subprocess.Popen[str]:
    program = Path(__file__).with_name("publish_many.py")
    command = [sys.executable, str(program), str(root), name, str(locations), str(rounds), mode]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _go(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def _ended(process: subprocess.Popen[str]) -> list[str]:
    outcome, _ = process.communicate()
    assert process.returncode == 0
    return outcome.split()


def _published(root: Path, number: int) -> str:
    """Which process published there, having checked that pack, manifest and lock are of one publication."""
    store = FolderPackStore(Home(root / "home"))
    location = ObjectLocation.parse(f"oci://packs@ns/envs/fraud/{number}/pack")
    fetched = store.fetch(location, root / "fetched", RecordingStep("fetch"))
    name = fetched.path.read_bytes()[:1].decode()
    assert fetched.path.read_bytes() == name.encode() * 1000
    assert (sample_lock(name), sample_lock(name).digest) == (fetched.lock, fetched.manifest.lock_digest)
    return name


def _left(root: Path, number: int) -> list[str]:
    folder = root / "home/buckets/ns/packs/envs/fraud" / str(number)
    return sorted(re.sub("[0-9a-f]{16}", "*", str(path.relative_to(folder))) for path in folder.rglob("*"))


def test_of_two_processes_that_publish_at_once_one_wins_whole(tmp_path: Path) -> None:
    processes = [_started(tmp_path, name, _LOCATIONS, 1, "once") for name in "ab"]

    _go(*processes)
    outcomes = [_ended(process) for process in processes]

    for number, (a, b) in enumerate(zip(*outcomes, strict=True)):
        winner = _published(tmp_path, number)
        assert {"a": ("won", "lost"), "b": ("lost", "won")}[winner] == (a, b)
        assert _left(tmp_path, number) == sorted([".pack.*", *(f".pack.*/{name}" for name in _FILES), "pack"])


def test_two_processes_that_publish_the_same_at_once_both_succeed(tmp_path: Path) -> None:
    processes = [_started(tmp_path, "a", _LOCATIONS, 1, "once") for _ in range(2)]

    _go(*processes)

    assert [_ended(process) for process in processes] == [["won"] * _LOCATIONS] * 2


def test_readers_see_whole_packs_while_others_overwrite_them(tmp_path: Path) -> None:
    processes = [_started(tmp_path, name, 1, _ROUNDS, "overwrite") for name in "ab"]
    first = _started(tmp_path, "a", 1, 1, "once")
    _go(first)
    _ended(first)

    _go(*processes)
    seen = [_published(tmp_path, 0)]
    while any(process.poll() is None for process in processes):
        seen.append(_published(tmp_path, 0))

    assert [_ended(process) for process in processes] == [["won"] * _ROUNDS] * 2
    assert set(seen) <= {"a", "b"}
    assert _left(tmp_path, 0) == sorted([".pack.*", *(f".pack.*/{name}" for name in _FILES), "pack"])
