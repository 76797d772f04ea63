"""The twin's control plane, channels over HTTP, and the commands of somebody who uses both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Commands, quiet_environ
from integration.packs.flow import MLFLOW, Flow
from oci_twin.environment import variables
from oci_twin.twin import Twin
from rig.channel.channels import Channels
from rig.channel.server import ChannelServer
from tiny_wheels import make_wheel


@pytest.fixture(scope="package")
def serving() -> Iterator[Twin]:
    with Twin(runtime="none") as twin:
        yield twin


@pytest.fixture
def twin(serving: Twin) -> Iterator[Twin]:
    """A twin as it begins."""
    serving.reset()
    yield serving
    serving.faults.clear()


@pytest.fixture(scope="package")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel that is called mlflow, and takes a millisecond to install."""
    folder = tmp_path_factory.mktemp("wheels")
    make_wheel(folder, "mlflow", version=MLFLOW)
    return folder


@pytest.fixture
def commands(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Commands of somebody who has nothing yet; what runs in this process has the same variables and folder."""
    more = {
        "OCI_MLFLOW_CHANNEL_RETRIES": "0",
        "UV_HTTP_RETRIES": "0",
        # what is called mlflow here cannot load a model
        "OCI_MLFLOW_CHECK": "none",
        **variables(twin),
    }
    environ = quiet_environ(tmp_path, **more)
    for name in [*os.environ]:
        if name not in environ and not name.startswith("PYTEST_"):
            monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return Commands(tmp_path, environ)


@pytest.fixture
def flow(
    commands: Commands, twin: Twin, channels: Channels, channel_server: ChannelServer, wheels: Path
) -> Iterator[Flow]:
    """Nothing is deployed, published or kept yet."""
    flow = Flow(commands=commands, twin=twin, channels=channels, server=channel_server, wheels=wheels)
    yield flow
    flow.end()
