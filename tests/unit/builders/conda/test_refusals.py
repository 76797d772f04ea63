"""What the conda builder says it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest
from oci_mlflow_builders.conda.refusals import refuses, unusable
from oci_mlflow_builders.uv.platforms import this_platform

from oci_mlflow_core.model.environment import EnvironmentRequest, Platform


def test_another_kind_of_machine_is_refused() -> None:
    here = this_platform()
    other = Platform.LINUX_AARCH64 if here is Platform.LINUX_64 else Platform.LINUX_64

    refusal = refuses(EnvironmentRequest(python="3.11", pip=(), platform=other))

    assert refusal == f"it builds for the machine that it runs on ({here}), and {other} was asked for"


def test_this_kind_of_machine_is_not() -> None:
    here = this_platform()
    assert here is not None

    assert refuses(EnvironmentRequest(python="3.11", pip=(), platform=here)) is None


def test_a_machine_without_conda_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OCI_MLFLOW_CONDA", "CONDA_EXE", "MAMBA_EXE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert unusable() == "no conda, mamba or micromamba is on PATH, and OCI_MLFLOW_CONDA does not name one"
