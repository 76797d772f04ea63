"""A full disk is told as such, and what was begun is taken back."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.builders.environments import Workshop, wheels_only
from oci_mlflow_builders.archive import TarPacker, extract_pack

from oci_mlflow_core.errors import OutOfSpaceError
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile, PackManifest
from oci_mlflow_core.testing.packing import packed_file
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock

_MANIFEST = PackManifest(name="sample", version="1", slug="sample_v1", python="3.11.7")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["/bin/umount", str(folder)], check=True)


@pytest.fixture
def built(tmp_path: Path) -> BuiltPrefix:
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    for number in range(8):
        (prefix / f"file-{number}").write_bytes(os.urandom(1 << 20))
    return BuiltPrefix(path=prefix, lock=sample_lock())


def _pack(built: BuiltPrefix, to: Path) -> PackFile:
    return packed_file(TarPacker(), built, _MANIFEST, to, RecordingStep("pack"))


def test_unpacking_says_so_and_leaves_nothing(small_disk: Path, built: BuiltPrefix, tmp_path: Path) -> None:
    pack = _pack(built, tmp_path / "pack.tar.gz")

    with pytest.raises(OutOfSpaceError) as caught:
        extract_pack(pack.path, small_disk, RecordingStep("unpack"))

    assert f"no space left on the disk that holds {small_disk} while unpacking the environment" == str(caught.value)
    assert list(small_disk.iterdir()) == []


def test_building_says_so(small_disk: Path, workshop: Workshop, wheels: Path) -> None:
    request = wheels_only(">=3.10", wheels, "tiny")
    lock = workshop.lock(request)

    with pytest.raises(OutOfSpaceError) as caught:
        workshop.builder.build(request, lock, small_disk, workshop.step)

    assert str(caught.value).endswith("while building the environment")
