from __future__ import annotations

import pytest

from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.testing.clock import ClockContract
from oci_mlflow_plugin.adapters.home.clock import SystemClock


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return SystemClock()
