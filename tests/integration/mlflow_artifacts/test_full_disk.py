from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_MOUNT = 'mount -t tmpfs -o size=64k tmpfs "$1" && shift && exec "$@"'


def with_small_disk(disk: Path, *command: str) -> list[str]:
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", "--mount", *as_root, "sh", "-c", _MOUNT, "sh", str(disk), *command]


def test_disk_that_is_full_while_fetching_is_named(tmp_path: Path) -> None:
    disk, model = tmp_path / "disk", tmp_path / "model"
    disk.mkdir()
    model.mkdir()
    (model / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    (model / "model.bin").write_bytes(bytes(1 << 20))
    if not shutil.which("unshare") or subprocess.run(with_small_disk(disk, "true"), check=False).returncode != 0:
        pytest.skip("this user cannot mount a small disk here")
    program = Path(__file__).with_name("fetch_to_small_disk.py")

    done = subprocess.run(
        with_small_disk(disk, sys.executable, str(program), str(model), str(disk)),
        capture_output=True,
        text=True,
        check=True,
    )

    said = f"OutOfSpaceError no space left on the disk that holds {disk} while fetching the model\n"
    assert done.stdout == said
