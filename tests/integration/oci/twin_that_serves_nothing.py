"""The twin, which serves nothing, and the service on it; both have one clock, which stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.oci.deployments.rig import service_on
from oci_twin.twin import Twin

from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.service import OciDeployService


@pytest.fixture(scope="package")
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="package")
def serving(clock: ManualClock) -> Iterator[Twin]:
    with Twin(clock=clock, runtime="none") as twin:
        yield twin


@pytest.fixture
def twin(serving: Twin) -> Twin:
    serving.reset()
    return serving


@pytest.fixture
def service(twin: Twin, clock: ManualClock, tmp_path: Path) -> OciDeployService:
    return service_on(twin, tmp_path / "home", clock)


@pytest.fixture
def step() -> RecordingStep:
    return RecordingStep("the step that goes on")
