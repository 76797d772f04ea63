"""Environments of conda and pip packages stand on their own feet, wherever and however often they are built."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import attrs
import pytest
from integration.builders.environments import said_by
from integration.builders.rattler.forge import Forge
from oci_mlflow_builders.archive.extraction import extract_pack
from oci_mlflow_builders.elf import is_elf
from rig.channel.channels import Channels
from rig.channel.debian import unpack_debian_python
from rig.channel.server import ChannelServer
from rig.needed import lacking

from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedPython, PipOptions, Platform


def _pip(forge: Forge, wheels: Path, *conda: str, pip: tuple[str, ...] = ("tiny",)) -> EnvironmentRequest:
    return forge.request(*conda, pip=pip, pip_options=PipOptions(no_index=True, find_links=(str(wheels),)))


def test_commands_of_both_parts_run_where_the_pack_is_unpacked(forge: Forge, wheels: Path) -> None:
    built = forge.build(_pip(forge, wheels, "greeter", "six"))

    prefix = forge.unpacked(built)

    for command, said in (("greet", f"greetings from {prefix}\n"), ("tiny", f"tiny 1.16.0 {prefix}\n")):
        answer = subprocess.run([str(prefix / "bin" / command)], capture_output=True, text=True, check=True, env={})
        assert answer.stdout == said


def test_pip_leaves_alone_what_conda_brings(forge: Forge, wheels: Path) -> None:
    lock = forge.lock(_pip(forge, wheels, "six"))

    assert [(each.name, each.version) for each in lock.pip] == [("tiny", "1.0")]
    assert [(each.name, each.version) for each in lock.conda if each.name == "six"] == [("six", "1.16.0")]


def test_what_conda_does_not_bring_is_left_to_pip(forge: Forge, wheels: Path) -> None:
    lock = forge.lock(_pip(forge, wheels))

    assert [(each.name, each.version) for each in lock.pip] == [("six", "99.0"), ("tiny", "1.0")]


def test_two_builds_at_different_places_and_from_different_mirrors_are_the_same_pack(
    forge: Forge, wheels: Path, channels: Channels
) -> None:
    request = _pip(forge, wheels, "greeter", "prefixprobe", "six")
    lock = forge.lock(request)
    elsewhere = attrs.evolve(forge, folder=forge.folder / "a" / "longer" / "way", alias=channels.folder.as_uri())

    packs = [each.pack(each.build(request, lock)) for each in (forge, elsewhere)]

    assert packs[0].sha256 == packs[1].sha256


def test_a_lock_from_text_is_built_without_the_channels_metadata(
    forge: Forge, channel_server: ChannelServer, wheels: Path
) -> None:
    request = _pip(forge, wheels, "six")
    text = forge.lock(request).to_text()
    shutil.rmtree(forge.home)
    channel_server.requests.clear()

    prefix = forge.unpacked(forge.build(request, Lock.from_text(text)))

    assert said_by(prefix, "import json, six; print(json.dumps(six.__version__))") == "1.16.0"
    assert [one.filename for one in channel_server.requests if "repodata" in one.filename] == []


def test_nothing_is_downloaded_twice(forge: Forge, channel_server: ChannelServer) -> None:
    request = forge.request("six")
    lock = forge.lock(request)
    forge.build(request, lock)
    channel_server.requests.clear()

    forge.build(request, lock)

    assert channel_server.requests == []


def test_the_notes_of_conda_name_channels_and_no_place(forge: Forge) -> None:
    built = forge.build(forge.request("six"))

    notes = [json.loads(file.read_text()) for file in (built.path / "conda-meta").glob("*.json")]
    assert {note["channel"] for note in notes} == {"conda-forge"}
    assert {note["url"].rpartition("/")[0].rpartition("/")[0] for note in notes} == {
        "https://conda.anaconda.org/conda-forge"
    }


def test_downloads_are_told_in_bytes(forge: Forge) -> None:
    request = forge.request("six")
    lock = forge.lock(request)

    forge.build(request, lock)

    total = sum(package.size for package in lock.conda)
    assert (total, total) in forge.step.moves
    assert forge.step.outcome == f"{len(lock.conda)} conda packages and 0 pip packages installed"


def test_a_lock_of_another_kind_is_refused(forge: Forge) -> None:
    lock = Lock(builder="uv", platform=Platform.LINUX_64, python=LockedPython(version="3.11.7", kind="copied"))

    with pytest.raises(BuildError) as caught:
        forge.build(forge.request(), lock)

    assert caught.value.reason == "the lock was made by the uv builder, and holds no conda packages"


def _machine(file: Path) -> int:
    """Of an ELF file; source: the ELF specification, "ELF Header"."""
    return int.from_bytes(file.read_bytes()[18:20], "little")


def test_every_program_and_library_of_a_pack_for_aarch64_is_for_aarch64(
    forge: Forge, channels_with_aarch64: Channels
) -> None:
    forge.alias = channels_with_aarch64.folder.as_uri()
    version = str(channels_with_aarch64.aarch64_python)
    request = forge.request(
        "six", python=version, platform=Platform.LINUX_AARCH64, glibc="2.36", pip=("flask==3.0.0", "markupsafe==2.1.5")
    )

    built = forge.build(request)

    machines = {_machine(file) for file in built.path.rglob("*") if file.is_file() and is_elf(file)}
    library = built.path / "lib" / f"python{'.'.join(version.split('.')[:2])}" / "site-packages"
    assert machines == {183}
    assert [file.name for file in (library / "markupsafe").glob("*.so")] != []
    assert (built.path / "bin" / "flask").read_bytes().startswith(b"#!/bin/sh\n'''exec' \"$(dirname ")


def test_a_pack_for_aarch64_imports_what_it_holds_on_such_a_processor(
    forge: Forge, channels_with_aarch64: Channels, tmp_path: Path
) -> None:
    qemu = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")
    if qemu is None:
        lacking("qemu-user-static is not installed")
    # its C library is the machine's, never a pack's
    machine = tmp_path / "machine"
    unpack_debian_python(machine, tmp_path / "debian")
    forge.alias = channels_with_aarch64.folder.as_uri()
    version = str(channels_with_aarch64.aarch64_python)
    request = forge.request(
        "six", python=version, platform=Platform.LINUX_AARCH64, glibc="2.36", pip=("numpy<2.3", "markupsafe==2.1.5")
    )
    prefix = forge.new("elsewhere")
    extract_pack(forge.pack(forge.build(request)).path, prefix, forge.step)
    python = [qemu, "-L", str(machine), str(prefix / "bin" / "python")]
    subprocess.run([*python, "-I", "-S", str(prefix / "bin" / "conda-unpack")], check=True)
    code = "import platform, markupsafe, numpy, six; print(platform.machine(), numpy.arange(4).sum(), numpy.__file__)"

    answer = subprocess.run([*python, "-c", code], capture_output=True, text=True, check=True, env={})

    processor, total, file = answer.stdout.split()
    assert (processor, total) == ("aarch64", "6")
    assert Path(file).is_relative_to(prefix)
