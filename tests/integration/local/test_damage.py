"""Damage to the records of deployments whose processes live."""

from __future__ import annotations

import stat
import time

import pytest
from integration.local import rig

from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.service import LocalDeployService
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, read_json


@pytest.mark.parametrize("name", ["order.json", "applied.json", "observed.json"])
@pytest.mark.parametrize("content", ["{bad", "", None])
def test_delete_ends_a_damaged_deployment(
    service: LocalDeployService, home: Home, name: str, content: str | None
) -> None:
    deployment = rig.active(service)
    path = home.deployments / deployment.id / name
    if content is None:
        path.unlink()
    else:
        path.write_text(content)

    service.lifecycle.delete(deployment.id, rig.Quiet())
    service.catalog.delete(deployment.model_id)

    assert rig.processes_of(deployment.id) == []
    assert rig.names(home.deployments) == rig.names(home.models) == []


def test_a_deployment_whose_order_vanishes_ends_and_its_model_can_go(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service)
    folder = DeploymentFolder(home.deployments / deployment.id)

    folder.order_file.unlink()

    assert rig.gone_within(deployment.id, 5)
    assert read_json(folder.observed_file)["details"] == f"{folder.order_file} cannot be read (it is missing)"
    assert service.lifecycle.get(deployment.id).state is LifecycleState.FAILED
    service.catalog.delete(deployment.model_id)
    assert rig.names(home.models) == []


def test_every_file_of_a_deployment_is_for_its_user_alone(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service)
    rig.predict(service, deployment, {"inputs": [1]})
    deadline = time.monotonic() + 5
    folder = home.deployments / deployment.id
    while not (folder / "applied.json").exists() and time.monotonic() < deadline:
        time.sleep(0.02)

    modes = {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()
    }

    assert {"order.json", "applied.json", "observed.json", "supervisor.log", "logs/1.log"} <= modes.keys()
    assert set(modes.values()) == {0o600}
