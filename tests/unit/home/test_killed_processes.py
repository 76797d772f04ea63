"""What a process leaves that is killed (SIGKILL) before any one of the calls by which it changes files."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Callable
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
_KEPT_LOCK = [*_FOLDERS[:3], "buckets/ns/packs/envs/.locks", "buckets/ns/packs/envs/.locks/digest.json"]


@pytest.fixture(scope="module")
def observe(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[dict[str, Any]]]:
    """What each kill of a scenario left; two tests look at the same kills."""
    return functools.cache(lambda scenario: _observations(scenario, tmp_path_factory.mktemp("kills") / scenario))


def _observations(scenario: str, folder: Path) -> list[dict[str, Any]]:
    program = Path(__file__).with_name("kill_at_every_step.py")
    finished = subprocess.run(
        [sys.executable, str(program), scenario, str(folder)], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    observations: list[dict[str, Any]] = json.loads(finished.stdout)
    return observations


@pytest.mark.parametrize(
    ("scenario", "before", "after", "left"),
    [
        ("publish", "nothing", "new", _PUBLISHED),
        ("overwrite", "old", "new", _PUBLISHED),
        ("overwrite-by-hand", "old", "new", _PUBLISHED),
        ("withdraw", "old", "nothing", []),
        ("keep-lock", "old", "new", _KEPT_LOCK),
        ("intend", "nothing", "intent", _JOURNAL),
        ("made", "intent", "ocid", _JOURNAL),
        ("settle", "ocid", "nothing", []),
        ("work", "nothing", "nothing", []),
    ],
)
def test_a_killed_change_is_done_or_not_and_the_next_one_leaves_nothing_of_it(
    scenario: str, before: str, after: str, left: list[str], observe: Callable[[str], list[dict[str, Any]]]
) -> None:
    observations = observe(scenario)

    assert len(observations) > 5
    assert {before, after} == {observation["seen"] for observation in observations}
    assert [after] * len(observations) == [observation["again"] for observation in observations]
    assert [left] * len(observations) == [observation["left"] for observation in observations]


def test_looking_at_a_pack_removes_what_killed_publishers_left(
    observe: Callable[[str], list[dict[str, Any]]],
) -> None:
    observations = observe("overwrite")

    assert [_PUBLISHED] * len(observations) == [observation["tidied"] for observation in observations]
