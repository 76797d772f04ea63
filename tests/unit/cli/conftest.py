"""The command within this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from oci_mlflow_plugin.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``oci-mlflow`` with these arguments in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OCI_MLFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLFLOW_DEPLOYMENTS_TARGET", raising=False)

    def invoke(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="oci-mlflow", **more)  # type: ignore[arg-type]

    return invoke
