"""Builds with a stand-in for conda that is made of py-rattler."""

from __future__ import annotations

import os
from pathlib import Path

import attrs
import pytest
from oci_mlflow_builders.conda.builder import CondaBuilder
from rig.base_image.stand_in import conda_stand_in
from rig.channel.channels import Channels
from rig.channel.server import ChannelServer

from oci_mlflow_core.model.environment import BuildSettings, EnvironmentRequest, Lock
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.testing.progress_sink import RecordingStep


@attrs.define
class Bench:
    """Builds below one folder."""

    folder: Path
    channels: Channels
    #: What names of channels are below, credentials included.
    alias: str
    conda: Path
    step: RecordingStep = attrs.field(factory=lambda: RecordingStep("environment"))
    _count: int = 0

    def request(self, *conda: str) -> EnvironmentRequest:
        """An environment with the channel's Python."""
        return EnvironmentRequest(
            python=self.channels.python,
            pip=(),
            conda=conda,
            channels=("conda-forge",),
            glibc=self.channels.glibc,
            settings=BuildSettings(channel_alias=self.alias),
        )

    def new(self, name: str) -> Path:
        """A new folder."""
        self._count += 1
        folder = self.folder / f"{name}-{self._count}"
        folder.mkdir(parents=True)
        return folder

    def builder(self) -> CondaBuilder:
        """A builder with the stand-in."""
        home = str(self.folder / "home")
        own = {"HOME": home, "OCI_MLFLOW_HOME": home, "OCI_MLFLOW_CONDA": str(self.conda)}
        return CondaBuilder({**os.environ, **own, "OCI_MLFLOW_CHANNEL_RETRIES": "0"})

    def lock(self, *conda: str) -> Lock:
        """The lock of these packages."""
        return self.builder().lock(self.request(*conda), self.new("lock"), self.step)

    def build(self, lock: Lock) -> BuiltPrefix:
        """Builds it."""
        return self.builder().build(self.request(), lock, self.new("build"), self.step)


@pytest.fixture
def bench(channels: Channels, channel_server: ChannelServer, tmp_path: Path) -> Bench:
    """Builds from the rig's channels over HTTP."""
    return Bench(tmp_path / "bench", channels, channel_server.url, conda_stand_in(tmp_path / "stand-in"))
