"""The command that makes channels, and what becomes of tests whose part of the rig is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rig.channel.channels import MAIN, Channels
from rig.needed import VARIABLE, lacking

_TESTS = Path(__file__).parents[3]


def _rig_channel(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rig.channel", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(_TESTS)},
    )


def test_the_command_makes_the_channels_that_tests_get(channels: Channels, tmp_path: Path) -> None:
    done = _rig_channel(tmp_path / "made")

    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].startswith(f"{(tmp_path / 'made' / MAIN).as_uri()} after ")
    assert _records(tmp_path / "made") == _records(channels.folder)


def test_a_python_that_is_not_here_is_named(tmp_path: Path) -> None:
    done = _rig_channel(tmp_path / "made", "--python", "3.1")

    assert done.returncode == 1
    assert done.stderr == "rig.channel: no Python 3.1 is on this machine\n"


def test_without_a_part_of_the_rig_a_test_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"^no engine is here$"):
        lacking("no engine is here")


def test_where_the_rig_is_required_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "required")

    with pytest.raises(pytest.fail.Exception, match=r"^no engine is here, and OCI_MLFLOW_TEST_RIG says that"):
        lacking("no engine is here")


def _records(folder: Path) -> dict[str, object]:
    """What the main channel's index says: equal contents have equal hashes, whenever they were made."""
    indexes = sorted((folder / MAIN).glob("*/repodata.json"))
    return {path.parent.name: json.loads(path.read_text()) for path in indexes}
