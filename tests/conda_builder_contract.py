"""The contract of environment builders for those that install conda packages, with the channels of the rig."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from oci_mlflow_builders.archive import TarPacker
from rig.channel.channels import Channels
from rig.channel.server import ChannelServer
from tiny_wheels import make_wheel

from oci_mlflow_core.model.environment import EnvironmentRequest, PipOptions
from oci_mlflow_core.ports.env_builder import EnvPacker
from oci_mlflow_core.testing.env_builder import EnvBuilderContract


class CondaPackagesContract(EnvBuilderContract):
    """A test class adds the fixture ``builder``."""

    @pytest.fixture
    def environ(self, channel_server: ChannelServer, tmp_path: Path) -> dict[str, str]:
        """The variables of a user with a home folder of the test's own."""
        home = str(tmp_path / "home")
        return {
            **os.environ,
            "HOME": home,
            "OCI_MLFLOW_HOME": home,
            "OCI_MLFLOW_CHANNEL_ALIAS": channel_server.url,
            "OCI_MLFLOW_CHANNEL_RETRIES": "0",
            "UV_HTTP_RETRIES": "0",
        }

    @pytest.fixture
    def packer(self) -> EnvPacker:
        return TarPacker()

    @pytest.fixture
    def satisfiable(self, channels: Channels, tmp_path: Path) -> EnvironmentRequest:
        wheels = tmp_path / "wheels"
        make_wheel(wheels, "tiny-part")
        make_wheel(wheels, "tiny-whole", requires=("tiny-part", "six"), scripts={"tiny": "tiny_whole:main"})
        return EnvironmentRequest(
            python=channels.python,
            conda=("greeter", "six"),
            channels=("conda-forge",),
            pip=("tiny-whole",),
            pip_options=PipOptions(no_index=True, find_links=(str(wheels),)),
            glibc=channels.glibc,
        )

    @pytest.fixture
    def module(self) -> str:
        return "tiny_part"

    @pytest.fixture
    def unsolvable(self, channels: Channels) -> EnvironmentRequest:
        return EnvironmentRequest(
            python=channels.python,
            conda=("clash-left", "clash-right"),
            channels=("conda-forge",),
            pip=(),
            glibc=channels.glibc,
        )

    @pytest.fixture
    def unreachable(self) -> tuple[EnvironmentRequest, str]:
        channel = "https://me:a-password@127.0.0.1:9/conda-forge"
        return EnvironmentRequest(python="3.11.7", channels=(channel,), pip=()), "a-password"
