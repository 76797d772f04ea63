"""What is said when nothing answers."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from oci_mlflow_core.errors import NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.testing.memory_pack_store import MemoryPackStore
from oci_mlflow_plugin.adapters.home.atomic import write_json
from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.identity import new_deployment_id, new_model_id
from oci_mlflow_plugin.adapters.local.placing import Placing
from oci_mlflow_plugin.adapters.local.predictor import LocalPredictor
from oci_mlflow_plugin.adapters.local.records import to_plain
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, replace_json


def test_a_url_where_nothing_answers_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"

    with pytest.raises(UnavailableError) as refused:
        LocalPredictor(Home(tmp_path)).predict(url, b"{}")

    assert str(refused.value) == f"{url} does not answer: [Errno 111] Connection refused"
    assert refused.value.hint == "'mlflow deployments list' shows the deployments and their URLs."


def test_a_deployment_whose_port_does_not_answer_is_told_by_its_name(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    desired = DesiredDeployment(name="our fraud", model_id=new_model_id())
    order = Placing(home, MemoryPackStore()).first(new_deployment_id(), desired, port, bound=False)
    folder = DeploymentFolder(home.make(home.deployments / order.id))
    write_json(folder.order_file, to_plain(order), "testing")
    replace_json(folder.observed_file, {"state": "ACTIVE", "generation": 1})
    alive = claim(folder.supervisor_lock)
    assert alive is not None

    with pytest.raises(UnavailableError) as refused:
        LocalPredictor(home).predict(order.id, b"{}")
    os.close(alive)

    assert str(refused.value) == (
        "deployment 'our fraud' is ACTIVE and does not answer: [Errno 111] Connection refused"
    )
    assert refused.value.hint == ("See its state: mlflow deployments get -t oci-datascience://local --name 'our fraud'")


def test_an_ocid_of_no_deployment_is_told(tmp_path: Path) -> None:
    deployment_id = new_deployment_id()

    with pytest.raises(NoSuchDeploymentError) as refused:
        LocalPredictor(Home(tmp_path)).predict(deployment_id, b"{}")

    assert str(refused.value) == f"there is no deployment {deployment_id} on this machine"
