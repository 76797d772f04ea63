"""What runs work beside a command keeps the promises of its port."""

from __future__ import annotations

import pytest

from oci_mlflow_core.ports.alongside import Alongside
from oci_mlflow_core.testing.alongside import AlongsideContract
from oci_mlflow_plugin.adapters.home.alongside import ThreadAlongside


class TestThreadAlongside(AlongsideContract):
    @pytest.fixture
    def alongside(self) -> Alongside:
        return ThreadAlongside()
