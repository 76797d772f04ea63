"""A settled prefix runs anywhere, when all that it was made from is gone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from integration.builders.conda_prefix.installing import Installer, said, snapshot, unpack
from oci_mlflow_builders.conda_prefix.settling import settle
from rig.channel.channels import Channels
from rig.channel.installing import installed, solved
from rig.channel.server import ChannelServer


@pytest.fixture
def moved(installer: Installer, prefix: Path, wheels: Path, tmp_path: Path) -> Path:
    """Settled, moved and unpacked; the folder that it was made in is gone with the cache."""
    settle(prefix)
    there = tmp_path / "somewhere else"
    prefix.rename(there)
    shutil.rmtree(installer.folder)
    shutil.rmtree(wheels)
    unpack(there)
    return there


def test_its_python_runs_and_knows_where_it_is(moved: Path) -> None:
    code = "import sys, ssl, dateutil, sysconfig; print(sys.prefix, sysconfig.get_config_var('prefix'))"

    assert said(moved / "bin" / "python", "-I", "-B", "-c", code) == f"{moved} {moved}\n"


@pytest.mark.parametrize("command", ["greet", "greet-script"])
def test_commands_of_conda_packages_run(moved: Path, command: str) -> None:
    done = subprocess.run(
        [str(moved / "bin" / command)], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )

    assert done.stdout == f"greetings from {moved}\n"


def test_commands_of_pip_packages_run(moved: Path) -> None:
    done = subprocess.run(
        [str(moved / "bin" / "tiny")], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )

    assert done.stdout == f"tiny {moved}\n"


def test_a_program_with_its_prefix_compiled_in_finds_its_files(moved: Path) -> None:
    expected = f"{moved}\n{moved}/bin:{moved}/sbin\nhello\n"

    assert said(moved / "bin" / "prefixprobe") == expected
    assert said(moved / "bin" / "prefixprobe-sh") == expected
    assert said(moved / "bin" / "prefixprobe-link") == expected


def test_texts_with_several_placeholders_are_right(moved: Path) -> None:
    assert (moved / "etc" / "prefixprobe.conf").read_text() == f"root={moved}\nlog={moved}/var/log:{moved}/log\n"


def test_activating_runs_what_packages_want_run(moved: Path) -> None:
    script = f'. "{moved}/bin/activate"; echo "$PREFIXPROBE_HOME"; deactivate; echo "${{PREFIXPROBE_HOME-unset}}"'

    done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == f"{moved}/share/prefixprobe\nunset\n"


def test_pip_of_the_pack_can_uninstall_and_list(moved: Path) -> None:
    listed = said(moved / "bin" / "python", "-I", "-B", "-m", "pip", "list", "--format=freeze")

    assert {"tiny==1.0", "greeter==1.0", "six==1.16.0"} <= set(listed.splitlines())


def test_unpacking_again_changes_nothing(moved: Path) -> None:
    before = snapshot(moved)

    unpack(moved)

    assert snapshot(moved) == before


def test_nothing_holds_the_folder_that_it_was_built_in(installer: Installer, moved: Path) -> None:
    built_in = str(installer.folder).encode()

    assert [name for name, (_, data) in snapshot(moved).items() if built_in in data] == []


def test_a_path_longer_than_the_placeholder_is_refused_before_anything_changes(prefix: Path, tmp_path: Path) -> None:
    settle(prefix)
    there = tmp_path / "/".join(["a" * 100] * 3)
    there.parent.mkdir(parents=True)
    prefix.rename(there)
    before = snapshot(there)

    done = subprocess.run([str(there / "bin" / "conda-unpack")], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == (
        f"conda-unpack: the path of this environment has {len(str(there))} bytes, "
        f"and bin/prefixprobe has room for 255: {there}\n"
    )
    assert snapshot(there) == before


def test_moved_back_and_unpacked_it_has_the_bytes_that_rattler_installed(prefix: Path) -> None:
    names = ("bin/prefixprobe", "bin/prefixprobe-sh", "etc/prefixprobe.conf", "etc/conda/activate.d/prefixprobe.sh")
    by_rattler = {name: (prefix / name).read_bytes() for name in names}

    settle(prefix)
    settled = {name: (prefix / name).read_bytes() for name in names}
    unpack(prefix)

    assert {name: (prefix / name).read_bytes() for name in names} == by_rattler
    assert [name for name in names if settled[name] == by_rattler[name]] == []


def test_a_prefix_for_another_kind_of_machine_is_settled_without_running_it(
    channels_with_aarch64: Channels, tmp_path: Path
) -> None:
    with ChannelServer(channels_with_aarch64.folder) as server:
        records = solved(server.url, ["python", "greeter"], cache=tmp_path / "cache", subdir="linux-aarch64")
        prefix = installed(records, tmp_path / "arm", cache=tmp_path / "cache", subdir="linux-aarch64")

    settled = settle(prefix)

    assert [file.path for file in settled.placed] == ["etc/python-prefix.conf"]
    assert str(tmp_path).encode() not in b"".join(data for _, data in snapshot(prefix).values())
