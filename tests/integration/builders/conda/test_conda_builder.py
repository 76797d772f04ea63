"""Environments by a stand-in for conda that is made of py-rattler, from the rig's channels."""

from __future__ import annotations

import subprocess
from pathlib import Path

import attrs
import pytest
from integration.builders.conda.conftest import Bench
from rig.channel.faults import Fault
from rig.channel.guards import BasicAuth
from rig.channel.server import ChannelServer

from oci_mlflow_core.errors import BuildError

_RELOCK = "Lock again with -C relock=true."


def _failure(bench: Bench, *conda: str) -> BuildError:
    with pytest.raises(BuildError) as caught:
        bench.build(bench.lock(*conda))
    return caught.value


def test_the_program_is_told_with_its_kind_and_version(bench: Bench) -> None:
    bench.build(bench.lock("greeter"))

    [told] = [line for line in bench.step.said if line.startswith("installing with ")]
    assert told.startswith("installing with conda-on-rattler py-rattler ")
    assert told.endswith(f" ({bench.conda})")


def test_what_conda_notes_names_the_channel_and_no_mirror(bench: Bench, channel_server: ChannelServer) -> None:
    built = bench.build(bench.lock("greeter"))

    notes = [note.read_text() for note in (built.path / "conda-meta").glob("*.json")]
    assert notes
    assert [note for note in notes if channel_server.host in note or str(bench.folder) in note] == []
    assert all('"channel": "conda-forge"' in note for note in notes)


def test_the_callers_conda_is_left_as_it_was(bench: Bench) -> None:
    (bench.folder / "home").mkdir(parents=True)
    settings = bench.folder / "home" / ".condarc"
    settings.write_text("create_default_packages: [numpy]\n")

    built = bench.build(bench.lock())

    assert not list((built.path / "conda-meta").glob("numpy-*.json"))
    assert not (bench.folder / "home" / ".conda").exists()


def test_a_package_that_vanished_is_told(bench: Bench, channel_server: ChannelServer) -> None:
    lock = bench.lock("greeter")
    [greeter] = [package for package in lock.conda if package.name == "greeter"]
    channel_server.faults.arm("greeter-*.conda", Fault.NOT_FOUND)

    with pytest.raises(BuildError) as caught:
        bench.build(lock)

    place = f"{channel_server.url}/conda-forge/noarch/{greeter.filename}"
    assert caught.value.reason == (
        f"{greeter.filename} is not in the channel conda-forge ({channel_server.url}/conda-forge) any more "
        f"(HTTP 404 for {place})"
    )
    assert caught.value.hint == _RELOCK


def test_a_package_with_other_bytes_is_refused(bench: Bench, channel_server: ChannelServer) -> None:
    channel_server.faults.arm("greeter-*.conda", Fault.ALTERED)

    fault = _failure(bench, "greeter")

    assert fault.stage == "build"
    assert " has the SHA-256 " in fault.reason
    assert ", and the lock says " in fault.reason


def test_a_download_that_is_cut_is_told(bench: Bench, channel_server: ChannelServer) -> None:
    lock = bench.lock("greeter")
    channel_server.faults.arm("greeter-*.conda", Fault.CUT)

    with pytest.raises(BuildError) as caught:
        bench.build(lock)

    [greeter] = [package for package in lock.conda if package.name == "greeter"]
    assert caught.value.reason == (
        f"{greeter.filename} could not be fetched from the channel conda-forge ({channel_server.url}/conda-forge): "
        "the connection was cut (error decoding response body)"
    )


def test_a_guarded_channel_opens_to_its_password_which_nobody_sees(bench: Bench, channel_server: ChannelServer) -> None:
    channel_server.guard = guard = BasicAuth()
    bench.alias = channel_server.url.replace("://", f"://{guard.user}:{guard.password}@")

    lock = bench.lock("greeter")
    built = bench.build(lock)

    told = [lock.to_text(), *bench.step.said, str(bench.step.outcome)]
    assert [text for text in told if guard.password in text] == []
    files = [path for path in built.path.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [path for path in files if guard.password.encode() in path.read_bytes()] == []


def test_a_lock_of_another_kind_is_refused(bench: Bench) -> None:
    lock = bench.lock()
    other = attrs.evolve(lock, builder="uv", python=attrs.evolve(lock.python, kind="copied"))

    with pytest.raises(BuildError) as caught:
        bench.build(other)

    assert caught.value.reason == "the lock was made by the uv builder, and holds no conda packages"


def test_a_program_that_is_gone_is_told(bench: Bench, tmp_path: Path) -> None:
    lock = bench.lock()
    bench.conda.unlink()

    with pytest.raises(BuildError) as caught:
        bench.build(lock)

    assert caught.value.reason == f"OCI_MLFLOW_CONDA names {bench.conda}, which is not a program"
    assert caught.value.hint == (
        "Install conda, mamba or micromamba, let OCI_MLFLOW_CONDA name one, or build with -C builder=rattler."
    )


def test_the_stand_in_says_that_it_is_one(bench: Bench) -> None:
    said = subprocess.run([str(bench.conda), "--version"], capture_output=True, text=True, check=True).stdout

    assert said.startswith("conda-on-rattler (py-rattler ")
