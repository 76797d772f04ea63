"""What is said when nothing answers."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from oci_mlflow_core.errors import NoSuchDeploymentError, UnavailableError
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.identity import new_deployment_id
from oci_mlflow_plugin.adapters.local.predictor import LocalPredictor


def test_a_url_where_nothing_answers_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"

    with pytest.raises(UnavailableError) as refused:
        LocalPredictor(Home(tmp_path)).predict(url, b"{}")

    assert str(refused.value) == f"{url} does not answer: [Errno 111] Connection refused"
    assert refused.value.hint == "'mlflow deployments list' shows the deployments and their URLs."


def test_an_ocid_of_no_deployment_is_told(tmp_path: Path) -> None:
    deployment_id = new_deployment_id()

    with pytest.raises(NoSuchDeploymentError) as refused:
        LocalPredictor(Home(tmp_path)).predict(deployment_id, b"{}")

    assert str(refused.value) == f"there is no deployment {deployment_id} on this machine"
