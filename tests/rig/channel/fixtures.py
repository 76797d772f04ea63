"""The channels as fixtures."""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from rig.channel.channels import Channels, add_aarch64, make_channels
from rig.channel.debian import DebianError
from rig.channel.pythons import NoPythonError
from rig.channel.server import ChannelServer
from rig.channel.wheels import WheelsError
from rig.needed import lacking


@pytest.fixture(scope="session")
def channels(tmp_path_factory: pytest.TempPathFactory) -> Channels:
    """The rig's channels, made once for a session; nobody may change what is in the folder.

    Without what they are made of, the test is skipped.
    """
    if sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"}:
        lacking("conda channels are made on Linux only")
    return _once(tmp_path_factory, "channels", make_channels)


@pytest.fixture(scope="session")
def channels_with_aarch64(channels: Channels, tmp_path_factory: pytest.TempPathFactory) -> Channels:
    """The same with a Python for linux-aarch64."""

    def copied(folder: Path) -> Channels:
        # Archives stay what they are, so that links to them will do; the index is written anew.
        shutil.copytree(channels.folder, folder, dirs_exist_ok=True, copy_function=os.link)
        for index in (*folder.rglob("repodata.json"), folder / "channels.json"):
            data = index.read_bytes()
            index.unlink()
            index.write_bytes(data)
        return add_aarch64(attrs.evolve(channels, folder=folder))

    return _once(tmp_path_factory, "channels-aarch64", copied)


@pytest.fixture
def channel_server(channels: Channels) -> Iterator[ChannelServer]:
    """A server of its own for each test, which lets everybody in until its `guard` is set."""
    with ChannelServer(channels.folder) as server:
        yield server


@pytest.fixture
def channel_url(channel_server: ChannelServer) -> str:
    """The URL of the main channel."""
    return f"{channel_server.url}/conda-forge"


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Channels]) -> Channels:
    folder = _shared(factory) / name
    with _locked(folder):
        if not folder.with_suffix(".done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            try:
                make(folder)
            except (NoPythonError, WheelsError, DebianError) as fault:
                lacking(f"no conda channel can be made here: {fault}")
            folder.with_suffix(".done").touch()
    return Channels.load(folder)


def _shared(factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers of pytest-xdist have in common."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
