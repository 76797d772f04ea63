"""The same packages give the same bytes, however and wherever they were installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from integration.builders.conda_prefix.installing import Installer, differing, lay, snapshot
from oci_mlflow_builders.conda_prefix.archive import as_archive
from oci_mlflow_builders.conda_prefix.settling import settle
from rattler import PrefixRecord
from rig.channel.channels import Channels
from rig.channel.guards import BasicAuth
from rig.channel.server import ChannelServer


def _channels(prefix: Path) -> dict[str, str]:
    notes = [json.loads(note.read_text()) for note in (prefix / "conda-meta").glob("*.json")]
    return {note["fn"]: "conda-forge" for note in notes}


@pytest.mark.parametrize("name", ["another", "longer-than-a-kernel-reads" * 2, "one with spaces"])
def test_two_builds_at_other_places_with_other_caches_from_other_mirrors_are_equal(
    installer: Installer, prefix: Path, wheels: Path, tmp_path: Path, name: str
) -> None:
    with ChannelServer(installer.channels.folder, BasicAuth("ann", "secret-of-ann")) as mirror:
        other = Installer(installer.channels, f"http://ann:secret-of-ann@{mirror.host}", tmp_path / "another-workshop")
        second = other.install(name)
    lay(second, wheels, "tiny")

    settle(prefix, package_caches=[installer.packages], channels=_channels(prefix))
    settle(second, package_caches=[other.packages], channels=_channels(second))

    assert differing(snapshot(prefix), snapshot(second)) == []


def test_the_cache_is_not_needed_where_packages_note_hashes(installer: Installer, prefix: Path) -> None:
    copy = prefix.with_name("copied")
    shutil.copytree(prefix, copy, symlinks=True)
    shutil.copytree(copy, prefix.with_name("kept"), symlinks=True)
    settle(prefix, package_caches=[installer.packages])
    expected = snapshot(prefix)

    # A copy names its original's path: it is put where that was.
    shutil.rmtree(prefix)
    copy.rename(prefix)
    installer.forget()
    settle(prefix)

    assert differing(snapshot(prefix), expected) == []


def test_code_that_was_compiled_on_the_way_leaves_no_trace(prefix: Path) -> None:
    expected = _settled_copy(prefix)

    subprocess.run([str(prefix / "bin" / "python"), "-I", "-m", "compileall", "-q", str(prefix / "lib")], check=False)
    settle(prefix)

    assert differing(snapshot(prefix), expected) == []


def test_credentials_and_mirrors_are_in_no_note(channels: Channels, tmp_path: Path) -> None:
    with ChannelServer(channels.folder, BasicAuth("ann", "secret-of-ann")) as mirror:
        prefix = Installer(channels, f"http://ann:secret-of-ann@{mirror.host}", tmp_path / "work").install(
            specs=["six"]
        )
        host = mirror.host

    settle(prefix)

    told = b"".join(data for _, data in snapshot(prefix / "conda-meta").values()).decode()
    assert "secret-of-ann" not in told
    assert f'"url": "http://{host}/conda-forge/noarch/six-' in told


def test_a_channel_that_is_known_by_name_stands_for_its_mirrors(prefix: Path) -> None:
    settle(prefix, channels=_channels(prefix))

    note = json.loads(next((prefix / "conda-meta").glob("six-*.json")).read_text())
    assert note["channel"] == "conda-forge"
    assert note["url"] == f"https://conda.anaconda.org/conda-forge/noarch/{note['fn']}"
    assert [name for name, (_, data) in snapshot(prefix / "conda-meta").items() if b"127.0.0.1" in data] == []


def test_rattler_still_reads_what_is_installed(prefix: Path) -> None:
    notes = sorted((prefix / "conda-meta").glob("*.json"))
    before = {note.name: PrefixRecord.from_path(note) for note in notes}

    settle(prefix, channels=_channels(prefix))

    after = {note.name: PrefixRecord.from_path(note) for note in notes}
    assert {name: (record.version, record.build, record.sha256) for name, record in after.items()} == {
        name: (record.version, record.build, record.sha256) for name, record in before.items()
    }
    assert {record.extracted_package_dir for record in after.values()} <= {None, Path()}


@pytest.mark.parametrize("python", ["own", "3.8", "here"])
def test_the_archive_does_the_same_with_any_python(prefix: Path, tmp_path: Path, python: str) -> None:
    programs = {"own": prefix / "bin" / "python", "3.8": _python38(), "here": Path(sys.executable)}
    program = programs[python]
    if program is None:
        pytest.skip("no Python 3.8 of pyenv is on this machine")
    expected = _settled_copy(prefix)
    archive = tmp_path / "settle.pyz"
    archive.write_bytes(as_archive())

    done = subprocess.run(
        [str(program), "-I", "-B", str(archive), str(prefix)], capture_output=True, text=True, check=False, env={}
    )

    assert done.stderr == ""
    assert json.loads(done.stdout)["room"] == 255
    assert differing(snapshot(prefix), expected) == []


def test_the_archive_prints_what_is_wrong(prefix: Path, tmp_path: Path) -> None:
    (prefix / "etc" / "prefixprobe.conf").unlink()
    archive = tmp_path / "settle.pyz"
    archive.write_bytes(as_archive())

    done = subprocess.run(
        [sys.executable, str(archive), str(prefix)], capture_output=True, text=True, check=False, env={}
    )

    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "error": "conda's prefixprobe 1.0 was installed over: its etc/prefixprobe.conf is gone",
        "hint": "Ask for the package in one place, the conda part or the pip part, or for the same version in both.",
    }


def _settled_copy(prefix: Path) -> dict[str, tuple[str, bytes]]:
    """What settling comes to, done to the prefix; it is put back as it was."""
    aside = prefix.with_name("aside")
    shutil.copytree(prefix, aside, symlinks=True)
    settle(prefix)
    settled = snapshot(prefix)
    shutil.rmtree(prefix)
    aside.rename(prefix)
    return settled


def _python38() -> Path | None:
    return next(iter(sorted((Path.home() / ".pyenv" / "versions").glob("3.8.*/bin/python3.8"))), None)
