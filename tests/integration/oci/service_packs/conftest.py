"""The twin, a model on this machine, and a process whose variables about OCI lead to the twin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.oci.service_packs.rig import Shop
from oci_twin.environment import variables
from oci_twin.twin import Twin

_OTHERS = ("OCI_", "OCIFS_", "NB_SESSION_", "PROJECT_", "JOB_RUN_", "PIPELINE_", "TWIN_", "CONDA_BUCKET_")


@pytest.fixture(scope="package")
def serving() -> Iterator[Twin]:
    with Twin(runtime="none") as twin:
        yield twin


@pytest.fixture
def twin(serving: Twin) -> Twin:
    serving.reset()
    return serving


@pytest.fixture
def shop(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    for name in list(os.environ):
        if name.startswith(_OTHERS) or name == "MLFLOW_DEPLOYMENTS_TARGET":
            monkeypatch.delenv(name)
    chosen = {"OCI_MLFLOW_HOME": str(tmp_path / "home"), "HOME": str(tmp_path / "nobody")}
    for name, value in {**variables(twin), **chosen}.items():
        monkeypatch.setenv(name, value)
    return Shop(twin=twin, folder=tmp_path)
