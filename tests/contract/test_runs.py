from __future__ import annotations

import subprocess
import sys

import pytest

from oci_mlflow_core.ports.runs import Runs
from oci_mlflow_core.testing.runs import MemoryRuns, RunsContract
from oci_mlflow_plugin.adapters.home.runs import ProcessRuns

_BEGIN = "from oci_mlflow_plugin.adapters.home.runs import ProcessRuns; print(ProcessRuns().begin('ab' * 32))"


class TestProcessRuns(RunsContract):
    @pytest.fixture
    def runs(self) -> Runs:
        return ProcessRuns()

    @pytest.fixture
    def ended(self, runs: Runs) -> str:
        begun = subprocess.run([sys.executable, "-c", _BEGIN], check=True, capture_output=True, text=True)
        return begun.stdout.strip()


class TestMemoryRuns(RunsContract):
    @pytest.fixture
    def runs(self) -> MemoryRuns:
        return MemoryRuns()

    def begun(self, runs: Runs) -> str:
        run_id = super().begun(runs)
        assert isinstance(runs, MemoryRuns)
        runs.living.add(run_id)
        return run_id

    @pytest.fixture
    def ended(self, runs: MemoryRuns) -> str:
        return runs.begin("ab" * 32)
