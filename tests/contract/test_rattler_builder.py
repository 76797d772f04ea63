"""The rattler builder keeps the promises of its port, with a real conda channel over HTTP."""

from __future__ import annotations

import pytest
from conda_builder_contract import CondaPackagesContract
from oci_mlflow_builders.rattler.builder import RattlerBuilder
from oci_mlflow_builders.rattler.refusals import unusable

from oci_mlflow_core.ports.env_builder import EnvBuilder

_WITHOUT = unusable()


@pytest.mark.skipif(_WITHOUT is not None, reason=str(_WITHOUT))
class TestRattlerBuilder(CondaPackagesContract):
    @pytest.fixture
    def builder(self, environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> EnvBuilder:
        # one for all tests, so that packages are fetched once
        home = str(tmp_path_factory.getbasetemp() / "rattler-contract")
        return RattlerBuilder({**environ, "HOME": home, "OCI_MLFLOW_HOME": home})
