"""What the rig's channel holds is what conda's tools expect of any channel."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest
from oci_mlflow_builders.elf import read_elf
from rig.channel.channels import Channels
from rig.channel.installing import installed, solved
from rig.channel.server import ChannelServer
from rig.needed import lacking


def _printed(*command: str | Path) -> str:
    environment = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [str(part) for part in command], capture_output=True, check=True, env=environment
    ).stdout.decode()


@pytest.fixture
def prefix(channels: Channels, channel_server: ChannelServer, tmp_path: Path) -> Path:
    """An environment with a Python, a command and a program."""
    reason = channels.why_without("prefixprobe")
    if reason is not None:
        lacking(reason)
    specs = [f"python={channels.python}", "pip<=23.2.1", "greeter", "prefixprobe", "old-format", "python-dateutil"]
    records = solved(channel_server.url, specs, cache=tmp_path / "cache")
    return installed(records, tmp_path / "prefix", cache=tmp_path / "cache")


def test_the_python_runs_in_an_installed_prefix(prefix: Path, channels: Channels) -> None:
    code = "import sys, ssl, sqlite3, zlib, dateutil; print(sys.prefix, sys.version.split()[0])"

    said = _printed(prefix / "bin" / "python", "-I", "-B", "-c", code)

    assert said == f"{prefix} {channels.python}\n"


def test_a_binary_placeholder_becomes_the_prefix(prefix: Path) -> None:
    said = _printed(prefix / "bin" / "prefixprobe")

    assert said == f"{prefix}\n{prefix}/bin:{prefix}/sbin\nhello\n"


def test_an_entry_point_becomes_a_command(prefix: Path) -> None:
    assert _printed(prefix / "bin" / "greet") == f"greetings from {prefix}\n"


def test_an_archive_of_the_old_format_is_installed(prefix: Path) -> None:
    assert (prefix / "share" / "old-format" / "version.txt").read_text() == "1.0\n"


def test_the_pip_that_mlflow_pins_from_above_is_there(prefix: Path) -> None:
    assert _printed(prefix / "bin" / "python", "-B", "-m", "pip", "--version").startswith("pip 23.2.1 ")


def test_every_package_says_a_placeholder_of_its_own_that_fits_any_prefix(prefix: Path) -> None:
    texts = {
        entry["prefix_placeholder"]
        for file in (prefix / "conda-meta").glob("*.json")
        for entry in json.loads(file.read_text())["paths_data"]["paths"]
        if "prefix_placeholder" in entry
    }

    assert len(texts) >= 3
    assert {len(text) for text in texts} == {255}


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        (["clash-top", "clash-right"], r"clash-core <2[\s\S]*clash-core >=2|clash-core >=2[\s\S]*clash-core <2"),
        (["needs-cuda"], "__cuda >=12"),
        (["needs-future-glibc"], "__glibc >=99"),
        (["there-is-no-such-package"], "there-is-no-such-package"),
    ],
)
def test_what_cannot_be_met_is_told(channel_server: ChannelServer, tmp_path: Path, specs: list[str], told: str) -> None:
    with pytest.raises(Exception, match=told):
        solved(channel_server.url, specs, cache=tmp_path / "cache")


def test_an_archive_that_is_not_what_was_hashed_is_refused(channel_server: ChannelServer, tmp_path: Path) -> None:
    records = solved(channel_server.url, ["altered"], cache=tmp_path / "cache", names=["faulty"])

    with pytest.raises(Exception, match=r"(?i)altered") as caught:
        installed(records, tmp_path / "prefix", cache=tmp_path / "cache")

    assert re.search(r"(?i)hash|mismatch", f"{caught.value}")


def test_an_archive_that_vanished_is_missed(channel_server: ChannelServer, tmp_path: Path) -> None:
    records = solved(channel_server.url, ["vanished"], cache=tmp_path / "cache", names=["faulty"])

    with pytest.raises(Exception, match="404"):
        installed(records, tmp_path / "prefix", cache=tmp_path / "cache")


def test_the_index_tells_size_and_hashes_of_every_archive(channels: Channels) -> None:
    folder = channels.folder / "conda-forge" / "noarch"

    repodata = json.loads((folder / "repodata.json").read_text())

    records = {**repodata["packages"], **repodata["packages.conda"]}
    archives = {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix in {".conda", ".bz2"}}
    assert {name: record["size"] for name, record in records.items()} == {
        name: len(data) for name, data in archives.items()
    }
    assert {name: record["sha256"] for name, record in records.items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in archives.items()
    }


def test_a_python_for_aarch64_is_installed_on_any_machine(channels_with_aarch64: Channels, tmp_path: Path) -> None:
    with ChannelServer(channels_with_aarch64.folder) as server:
        records = solved(server.url, ["python", "six"], cache=tmp_path / "cache", subdir="linux-aarch64")
        prefix = installed(records, tmp_path / "prefix", cache=tmp_path / "cache", subdir="linux-aarch64")

    program = prefix / "bin" / "python3"
    assert program.read_bytes()[18:20] == (183).to_bytes(2, "little")
    assert (prefix / "lib" / program.resolve().name / "site-packages" / "six.py").is_file()
    assert [read_elf(file) for file in (prefix / "lib").glob("libssl.so.*")] != []
