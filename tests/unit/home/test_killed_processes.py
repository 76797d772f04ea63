"""What a process leaves that is killed (SIGKILL) before any one of the calls by which it changes files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_FOLDER = "buckets/ns/packs/envs/cpu/fraud/1"
_FOLDERS = ["buckets/ns", "buckets/ns/packs", "buckets/ns/packs/envs", "buckets/ns/packs/envs/cpu"]
_FOLDERS += ["buckets/ns/packs/envs/cpu/fraud", _FOLDER]
_GENERATION = [f"{_FOLDER}/.fraud_v1.*", *(f"{_FOLDER}/.fraud_v1.*/fraud_v1{end}" for end in ("", ".lock"))]
_GENERATION += [f"{_FOLDER}/.fraud_v1.*/fraud_v1{end}" for end in (".manifest.json", ".sha256")]
_PUBLISHED = [*_FOLDERS, *_GENERATION, f"{_FOLDER}/fraud_v1"]
_JOURNAL = ["journal/fraud-*.json"]
_CACHED = ["cache/packs/****", "cache/packs/****/pack.json", "cache/packs/****/pack.tar.gz"]
_KEPT_LOCK = [*_FOLDERS[:3], "buckets/ns/packs/envs/.locks", "buckets/ns/packs/envs/.locks/digest.json"]


Kills = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> Kills:
    """What each kill left, by scenario; of one process, because starting one takes longer than many kills."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("kill_at_every_step.py")),
        str(tmp_path_factory.mktemp("kills")),
    ]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    observations: Kills = json.loads(finished.stdout)
    return observations


@pytest.mark.parametrize(
    ("scenario", "before", "after", "left"),
    [
        ("publish", "nothing", "new", _PUBLISHED),
        ("overwrite", "old", "new", _PUBLISHED),
        ("overwrite-by-hand", "old", "new", _PUBLISHED),
        ("withdraw", "old", "nothing", []),
        ("stream", "nothing", "new", _PUBLISHED),
        ("stream-over", "old", "new", _PUBLISHED),
        ("cache", "nothing", "new", _CACHED),
        ("prune", "new", "nothing", []),
        ("keep-lock", "old", "new", _KEPT_LOCK),
        ("intend", "nothing", "intent", _JOURNAL),
        ("made", "intent", "ocid", _JOURNAL),
        ("settle", "ocid", "nothing", []),
        ("work", "nothing", "nothing", []),
    ],
)
def test_a_killed_change_is_done_or_not_and_the_next_one_leaves_nothing_of_it(
    scenario: str, before: str, after: str, left: list[str], kills: Kills
) -> None:
    observations = kills[scenario]

    assert len(observations) > 5
    assert {before, after} == {observation["seen"] for observation in observations}
    assert [after] * len(observations) == [observation["again"] for observation in observations]
    assert [left] * len(observations) == [observation["left"] for observation in observations]


def test_looking_at_a_pack_removes_what_killed_publishers_left(kills: Kills) -> None:
    observations = kills["overwrite"]

    assert [_PUBLISHED] * len(observations) == [observation["tidied"] for observation in observations]
