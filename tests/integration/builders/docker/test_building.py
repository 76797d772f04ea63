"""Environments that are built in a container are like any other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.builders.docker.bench import Bench
from integration.builders.environments import said_by
from integration.builders.guarded_index import PASSWORD, USER, guarded_index
from oci_mlflow_builders.archive import TarPacker, unpack
from rig.channel.channels import Channels
from rig.engine.found import docker
from tiny_wheels import make_wheel

from oci_mlflow_core.model.environment import PipOptions
from oci_mlflow_core.model.pack import BuiltPrefix, PackManifest
from oci_mlflow_core.testing.packing import packed_file

_MANIFEST = PackManifest(name="sample", version="1", slug="sample_v1", python="3.11.7")


def _unpacked(bench: Bench, built: BuiltPrefix) -> tuple[Path, str]:
    pack = packed_file(TarPacker(), built, _MANIFEST, bench.new("pack") / "pack.tar.gz", bench.step)
    to = bench.new("else where")
    unpack(pack.path, to, bench.step)
    return to, pack.sha256


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """Host and port, on this machine only, of an index that asks for a password and has 'tiny'."""
    make_wheel(
        tmp_path / "wheels",
        "tiny",
        files={"tiny.py": "def main():\n    print('hello')\n"},
        scripts={"tiny": "tiny:main"},
    )
    with guarded_index(tmp_path / "wheels") as host:
        yield host


@pytest.fixture
def image_of_nobody(engine: str, conda_image: str, tmp_path: Path) -> Iterator[str]:
    """The image with a user that may not do much."""
    name = f"oci-mlflow-rig/nobody:{tmp_path.name.lower()}"
    made = docker(engine, "create", conda_image).stdout.strip()
    docker(engine, "commit", "--change", "USER 65534:65534", made, name)
    docker(engine, "rm", made)
    yield name
    docker(engine, "rmi", "--force", name)


def test_it_runs_where_it_is_unpacked_to(channel_bench: Bench, channels: Channels) -> None:
    built = channel_bench.build(channel_bench.request(channels, "greeter", "pip", "prefixprobe"))

    prefix, _ = _unpacked(channel_bench, built)

    assert said_by(prefix, "import sys, json; print(json.dumps(sys.prefix))") == str(prefix)
    assert channel_bench.containers(f"{os.uname().nodename}:{os.getpid()}") == []


def test_its_files_belong_to_the_caller_whoever_the_images_user_is(
    channel_bench: Bench, channels: Channels, image_of_nobody: str
) -> None:
    channel_bench.image = image_of_nobody

    built = channel_bench.build(channel_bench.request(channels))

    owners = {(path.lstat().st_uid, path.lstat().st_gid) for path in [built.path, *built.path.rglob("*")]}
    assert owners == {(os.geteuid(), os.getegid())}


def test_what_goes_on_in_the_container_is_told(channel_bench: Bench, channels: Channels) -> None:
    channel_bench.build(channel_bench.request(channels))

    said = channel_bench.step.said
    assert f"starting a container of {channel_bench.image}" in said
    assert any(line.startswith("building with /opt/conda-on-rattler/bin/conda (conda-on-rattler") for line in said)
    assert any(line.startswith("Preparing transaction: ") for line in said)
    assert channel_bench.step.outcome is not None
    assert channel_bench.step.outcome.endswith(f"installed in {channel_bench.image}")


def test_pip_gets_packages_from_an_index_of_this_machine_and_nobody_sees_its_password(
    channel_bench: Bench, channels: Channels, index: str
) -> None:
    options = PipOptions(index_url=f"http://{USER}:${{INDEX_PASSWORD}}@{index}/simple")
    request = channel_bench.request(channels, "pip", pip=("tiny",), pip_options=options)

    built = channel_bench.build(
        request, INDEX_PASSWORD=PASSWORD, UV_CACHE_DIR=str(channel_bench.new("cache")), NO_PROXY="127.0.0.1"
    )

    assert [line for line in channel_bench.step.said if "Successfully installed tiny-1.0" in line]
    assert [line for line in channel_bench.step.said if PASSWORD in line] == []
    files = [path for path in built.path.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []
    prefix, _ = _unpacked(channel_bench, built)
    assert said_by(prefix, "import importlib.metadata as m, json; print(json.dumps(m.version('tiny')))") == "1.0"


def test_the_same_lock_gives_the_same_bytes_whatever_channel_it_comes_from(
    channel_bench: Bench, channels: Channels
) -> None:
    request = channel_bench.request(channels, "greeter")
    lock = channel_bench.builder().lock(request, channel_bench.new("lock"), channel_bench.step)

    first = _unpacked(channel_bench, channel_bench.build(request, lock))[1]
    folder = {"OCI_MLFLOW_CHANNEL_ALIAS": channels.folder.as_uri()}
    second = _unpacked(channel_bench, channel_bench.build(request, lock, **folder))[1]

    assert first == second
