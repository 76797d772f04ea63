"""A stranger's environment builder keeps the promises of the port."""

from __future__ import annotations

import importlib
import platform
from pathlib import Path
from typing import Any

import pytest
from oci_mlflow_builders.archive import TarPacker

from oci_mlflow_core.model.environment import EnvironmentRequest, PipOptions
from oci_mlflow_core.ports.env_builder import EnvBuilder, EnvPacker
from oci_mlflow_core.testing.env_builder import EnvBuilderContract

SOURCE = Path(__file__).parents[1] / "plugins" / "echo_builder"
PYTHON = platform.python_version()


class TestEchoBuilder(EnvBuilderContract):
    @pytest.fixture
    def builder(self, monkeypatch: pytest.MonkeyPatch) -> EnvBuilder:
        monkeypatch.syspath_prepend(str(SOURCE))
        module: Any = importlib.import_module("echo_builder.builder")
        builder: EnvBuilder = module.EchoBuilder()
        return builder

    @pytest.fixture
    def packer(self) -> EnvPacker:
        return TarPacker()

    @pytest.fixture
    def satisfiable(self) -> EnvironmentRequest:
        return EnvironmentRequest(python=PYTHON, pip=("packaging>=20", "pluggy"))

    @pytest.fixture
    def module(self) -> str:
        return "pluggy"

    @pytest.fixture
    def unsolvable(self) -> EnvironmentRequest:
        return EnvironmentRequest(python=PYTHON, pip=("packaging>=9999",))

    @pytest.fixture
    def unreachable(self) -> tuple[EnvironmentRequest, str]:
        options = PipOptions(index_url="https://someone:open-sesame@localhost:9/simple")
        return EnvironmentRequest(python=PYTHON, pip=("packaging",), pip_options=options), "open-sesame"
