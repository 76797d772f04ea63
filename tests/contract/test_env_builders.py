"""Every environment builder keeps the promises of its port."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from oci_mlflow_builders.archive import TarPacker
from oci_mlflow_builders.uv.builder import UvBuilder
from oci_mlflow_builders.uv.refusals import unusable
from tiny_wheels import make_wheel

from oci_mlflow_core.model.environment import EnvironmentRequest, PipOptions
from oci_mlflow_core.ports.env_builder import EnvBuilder, EnvPacker
from oci_mlflow_core.testing.env_builder import EnvBuilderContract, MemoryEnvBuilder

_WITHOUT_UV = unusable()


class TestMemoryEnvBuilder(EnvBuilderContract):
    @pytest.fixture
    def builder(self) -> EnvBuilder:
        return MemoryEnvBuilder({"Tiny.Pack": {"1.0": "version = 1", "2.0": "version = 2"}})

    @pytest.fixture
    def packer(self) -> EnvPacker:
        return TarPacker()

    @pytest.fixture
    def satisfiable(self) -> EnvironmentRequest:
        return EnvironmentRequest(python="3.11.7", pip=("tiny-pack>=1",))

    @pytest.fixture
    def module(self) -> str:
        return "tiny_pack"

    @pytest.fixture
    def unsolvable(self) -> EnvironmentRequest:
        return EnvironmentRequest(python="3.11.7", pip=("tiny-pack>=3",))

    @pytest.fixture
    def unreachable(self) -> tuple[EnvironmentRequest, str]:
        options = PipOptions(index_url="https://me:a-password@127.0.0.1:9/simple")
        return EnvironmentRequest(python="3.11.7", pip=("tiny-pack",), pip_options=options), "a-password"


@pytest.mark.skipif(_WITHOUT_UV is not None, reason=str(_WITHOUT_UV))
class TestUvBuilder(EnvBuilderContract):
    @pytest.fixture
    def builder(self) -> EnvBuilder:
        return UvBuilder({**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_RETRIES": "0"})

    @pytest.fixture
    def packer(self) -> EnvPacker:
        return TarPacker()

    @pytest.fixture
    def satisfiable(self, tmp_path: Path) -> EnvironmentRequest:
        wheels = tmp_path / "wheels"
        make_wheel(wheels, "tiny-part")
        make_wheel(wheels, "tiny-whole", requires=("tiny-part",), scripts={"tiny": "tiny_whole:main"})
        return EnvironmentRequest(
            python=">=3.10", pip=("tiny-whole",), pip_options=PipOptions(no_index=True, find_links=(str(wheels),))
        )

    @pytest.fixture
    def module(self) -> str:
        return "tiny_part"

    @pytest.fixture
    def unsolvable(self) -> EnvironmentRequest:
        return EnvironmentRequest(python=">=3.10", pip=("tiny-nowhere",), pip_options=PipOptions(no_index=True))

    @pytest.fixture
    def unreachable(self) -> tuple[EnvironmentRequest, str]:
        options = PipOptions(index_url="https://me:a-password@127.0.0.1:9/simple")
        return EnvironmentRequest(python=">=3.10", pip=("tiny-part",), pip_options=options), "a-password"
