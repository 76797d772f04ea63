"""A disk that is full while a pack is made: told, and nothing half-made is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Done
from integration.packs.flow import Flow

_MOUNT = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'


def _on_small_disk(disk: Path, size: str, *command: str) -> list[str]:
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", "--mount", *as_root, "sh", "-c", _MOUNT, "sh", size, str(disk), *command]


def _create(flow: Flow, disk: Path, size: str, *order: str) -> Done:
    """The command, in a mount namespace of its own in which the folder is a small disk."""
    disk.mkdir(parents=True, exist_ok=True)
    if not shutil.which("unshare") or subprocess.run(_on_small_disk(disk, "1m", "true"), check=False).returncode != 0:
        pytest.skip("this user cannot mount a small disk here")
    command = [str(Path(sys.executable).with_name("mlflow")), *order]
    done = subprocess.run(
        _on_small_disk(disk, size, *command),
        cwd=flow.folder,
        env=flow.commands.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_a_disk_that_is_full_in_mid_pack_is_named_and_nothing_is_published(flow: Flow) -> None:
    disk = flow.folder / "conda"
    file = flow.file({"keepLocal": True, "localCondaDir": str(disk)})

    done = _create(flow, disk, "2m", *flow.order("fraud", flow.model("six"), file))

    assert done.code == 1
    assert f"\nError: no space left on the disk that holds {disk} while keeping a copy of the pack\n" in done.err
    assert (flow.packs(), flow.uploads(), flow.deployed()) == ({}, [], [])


def test_a_disk_without_room_for_the_cache_is_noted_and_the_pack_is_published(flow: Flow) -> None:
    disk = Path(flow.commands.environ["OCI_MLFLOW_HOME"]) / "cache" / "packs"

    done = _create(flow, disk, "2m", *flow.order("fraud", flow.model("six"), flow.file()))

    assert done.code == 0, done.err
    assert "note: the pack is not kept in the cache: No space left on device\n" in done.err
    assert (len(flow.packs()), flow.uploads(), flow.deployed()) == (1, [], ["fraud"])


def test_a_disk_that_is_full_in_mid_build_is_named(flow: Flow) -> None:
    disk = Path(flow.commands.environ["OCI_MLFLOW_HOME"])

    done = _create(flow, disk, "40m", *flow.order("fraud", flow.model("six"), flow.file()))

    assert done.code == 1
    assert "\nError: " + done.err.partition("\nError: ")[2] == (
        f"\nError: no space left on the disk that holds {disk}/cache/conda while building the environment\n"
        "Hint: Free some space there, or let OCI_MLFLOW_HOME name a folder on a larger disk, and run the command "
        "again.\n"
    )
    assert (flow.packs(), flow.uploads(), flow.deployed()) == ({}, [], [])
