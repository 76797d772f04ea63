"""The twin, which serves nothing, and a person before it with a shell's variables and a deployment file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from integration.oci.inspection.rig import Desk
from oci_twin.environment import variables
from oci_twin.twin import Twin

from oci_mlflow_plugin.cli import main

_OTHERS = ("OCI_", "OCIFS_", "NB_SESSION_", "PROJECT_", "JOB_RUN_", "PIPELINE_", "TWIN_")


@pytest.fixture(scope="package")
def serving() -> Iterator[Twin]:
    with Twin(runtime="none") as twin:
        yield twin


@pytest.fixture
def twin(serving: Twin) -> Twin:
    serving.reset()
    return serving


@pytest.fixture
def desk(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty folder, and a process whose variables about OCI lead to the twin."""
    for name in list(os.environ):
        if name.startswith(_OTHERS) or name == "MLFLOW_DEPLOYMENTS_TARGET":
            monkeypatch.delenv(name)
    chosen = {"OCI_MLFLOW_HOME": str(tmp_path / "home"), "HOME": str(tmp_path / "nobody")}
    for name, value in {**variables(twin), **chosen}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return Desk(twin=twin, folder=tmp_path)


@pytest.fixture
def run(desk: Desk) -> Callable[..., Result]:
    """Runs ``oci-mlflow`` with these arguments in that folder."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="oci-mlflow")

    assert desk.folder.is_dir()
    return invoke
