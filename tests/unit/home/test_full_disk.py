"""A full disk is told as such, and what was on it stays as it was; shown on a real one, a small tmpfs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_MOUNT = 'mount -t tmpfs -o size=1m tmpfs "$1" && shift && exec "$@"'


def _with_small_disk(disk: Path, *command: str) -> list[str]:
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", "--mount", *as_root, "sh", "-c", _MOUNT, "sh", str(disk), *command]


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    disk = tmp_path_factory.mktemp("disk")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    if not shutil.which("unshare") or subprocess.run(_with_small_disk(disk, "true"), check=False).returncode != 0:
        pytest.skip("this user cannot mount a small disk here")
    program = Path(__file__).with_name("on_a_full_disk.py")
    command = _with_small_disk(disk, sys.executable, str(program), str(disk), str(elsewhere))
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    observations: dict[str, dict[str, Any]] = json.loads(finished.stdout.replace(str(disk), "DISK"))
    return observations


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("publish", "no space left on the disk that holds DISK/home/buckets while publishing the pack"),
        ("overwrite", "no space left on the disk that holds DISK/home/buckets while publishing the pack"),
        ("fetch", "no space left on the disk that holds DISK while fetching the pack"),
        (
            "keep-lock",
            "no space left on the disk that holds DISK/home/buckets/ns/packs/envs/.locks while keeping the lock",
        ),
        ("text", "no space left on the disk that holds DISK while writing the file"),
        ("intend", "no space left on the disk that holds DISK/home/locks while taking a lock"),
    ],
)
def test_a_full_disk_is_named(observed: dict[str, dict[str, Any]], what: str, error: str) -> None:
    assert error == observed[what]["error"]


@pytest.mark.parametrize("what", ["publish", "overwrite", "fetch", "keep-lock", "text", "intend"])
def test_a_full_disk_stays_as_it_was(observed: dict[str, dict[str, Any]], what: str) -> None:
    assert observed[what]["unchanged"]


def test_a_pack_that_does_not_fit_leaves_not_even_a_folder(observed: dict[str, dict[str, Any]]) -> None:
    assert observed["publish"]["left"] == []


def test_what_to_do_about_a_full_disk_is_told(observed: dict[str, dict[str, Any]]) -> None:
    assert observed["publish"]["hint"] == (
        "Free some space there, or let OCI_MLFLOW_HOME name a folder on a larger disk, and run the command again."
    )
