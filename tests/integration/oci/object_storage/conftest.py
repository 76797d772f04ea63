"""The twin and a store on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.oci.object_storage import rig
from oci_twin.twin import Twin

from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.session import clients


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    with rig.serving(tmp_path_factory.mktemp("twin")) as twin:
        yield twin


@pytest.fixture
def twin(serving: Twin) -> Twin:
    serving.reset()
    return serving


@pytest.fixture(autouse=True)
def _never_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients hold calls back for seconds of the machine's clock; tests do not wait that long."""
    monkeypatch.setattr(clients, "BREAKS_AFTER", 1_000_000)


@pytest.fixture
def store(twin: Twin, tmp_path: Path) -> OciPackStore:
    return rig.store_on(twin, tmp_path / "home")


@pytest.fixture
def step() -> RecordingStep:
    return RecordingStep("packs")
