"""The logs of real servers on this machine, by ``oci-mlflow logs`` and the client."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from integration.local import rig

from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.service import LocalDeployService
from oci_mlflow_plugin.cli import main
from oci_mlflow_plugin.client import OciDataScienceDeploymentClient

PRINTS = """
def load_model():
    print("loading", flush=True)

def predict(data, model=load_model()):
    print("asked for", data, flush=True)
    return {"prediction": data * 2}
"""
LOCAL = "oci-datascience://local"


@pytest.fixture
def asked(service: LocalDeployService, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that was asked for one prediction, in the home of this process."""
    monkeypatch.setenv("OCI_MLFLOW_HOME", str(home.root))
    rig.predict(service, rig.active(service, PRINTS), 21)


@pytest.mark.usefixtures("asked")
def test_the_client_gives_both_logs_of_a_server() -> None:
    lines = OciDataScienceDeploymentClient(LOCAL).get_logs("rig")

    texts = [(line["log"], re.sub(r"^[\d\- :,]+|\d+\.\d ms", "", line["text"])) for line in lines]
    assert ("predict", "loading") in texts
    assert ("predict", "asked for 21") in texts
    assert ("access", "INFO server: POST /predict 200  18 B") in texts
    assert texts.index(("predict", "loading")) < texts.index(("predict", "asked for 21"))


@pytest.mark.usefixtures("asked")
def test_the_command_prints_one_log_with_utc_times() -> None:
    done = CliRunner().invoke(main, ["logs", "-t", LOCAL, "--name", "rig", "--log", "access"], prog_name="oci-mlflow")

    assert (done.exit_code, done.stderr) == (0, "")
    assert re.search(
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ access  \S+ \S+ INFO server: POST /predict 200 \d+\.\d ms 18 B$",
        done.stdout,
        re.MULTILINE,
    )
    assert "loading" not in done.stdout
