"""The conda builder keeps the promises of its port, with a stand-in for conda that is made of py-rattler."""

from __future__ import annotations

from pathlib import Path

import pytest
from conda_builder_contract import CondaPackagesContract
from oci_mlflow_builders.conda.builder import CondaBuilder
from rig.base_image.stand_in import conda_stand_in

from oci_mlflow_core.ports.env_builder import EnvBuilder


class TestCondaBuilder(CondaPackagesContract):
    @pytest.fixture
    def builder(self, environ: dict[str, str], tmp_path: Path) -> EnvBuilder:
        return CondaBuilder({**environ, "OCI_MLFLOW_CONDA": str(conda_stand_in(tmp_path / "stand-in"))})
