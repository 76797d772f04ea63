from __future__ import annotations

import os
import time
from pathlib import Path

import attrs

from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure, ShapeConfig
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.environments import KEPT_UNUSED, Environments
from oci_mlflow_plugin.adapters.local.identity import new_deployment_id
from oci_mlflow_plugin.adapters.local.records import Order, read_order, to_plain
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, replace_json

_HOUR = 3600.0


def _laid_out(home: Home, name: str, hours: float) -> None:
    folder = home.make(home.environments) / name
    folder.mkdir()
    marker = folder.with_name(f"{name}.json")
    marker.write_text("{}")
    moment = time.time() - hours * _HOUR
    os.utime(marker, (moment, moment))


def _there(home: Home) -> list[str]:
    return sorted(path.name for path in home.environments.iterdir() if path.is_dir())


def _use(home: Home, environment: str) -> None:
    order = Order(
        id=new_deployment_id(),
        generation=1,
        time_created="",
        port=1,
        desired=DesiredDeployment(name="cancer", model_id="model"),
        launch={"environment": str(home.environments / environment)},
    )
    folder = home.deployments / order.id
    folder.mkdir(parents=True)
    replace_json(folder / "order.json", to_plain(order))


def test_the_unused_environments_that_were_used_last_are_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for hours in range(1, KEPT_UNUSED + 3):
        _laid_out(home, f"aged-{hours}", hours)

    Environments(home).prune()

    assert _there(home) == [f"aged-{hours}" for hours in range(1, KEPT_UNUSED + 1)]
    assert sorted(path.name for path in home.environments.glob("*.json")) == [f"{name}.json" for name in _there(home)]


def test_environments_that_a_deployment_uses_are_kept_however_old(tmp_path: Path) -> None:
    home = Home(tmp_path)
    _laid_out(home, "used", 1000)
    _use(home, "used")
    for hours in range(1, KEPT_UNUSED + 1):
        _laid_out(home, f"aged-{hours}", hours)

    Environments(home).prune()

    assert _there(home) == [*(f"aged-{hours}" for hours in range(1, KEPT_UNUSED + 1)), "used"]


def test_environments_that_were_asked_for_just_now_are_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = [f"fresh-{number}" for number in range(KEPT_UNUSED + 2)]
    for name in names:
        _laid_out(home, name, 5)

    asked = [Environments(home).is_ready(name) for name in names]
    Environments(home).prune()

    assert asked == [True] * len(names)
    assert _there(home) == names


def test_an_environment_without_its_mark_is_not_ready(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.make(home.environments) / "half").mkdir()

    assert not Environments(home).is_ready("half")


def test_an_order_comes_back_as_it_was_written(tmp_path: Path) -> None:
    desired = DesiredDeployment(
        name="cancer",
        model_id="model",
        defined_tags={"cost": {"centre": 7, "shares": [1, 2.5, None, {"deep": True}]}},
        infrastructure=Infrastructure(
            shape_config_details=ShapeConfig(ocpus=1.5), capacity_reservation_ids=("a", "b"), replica=2
        ),
    )
    order = Order(id="id", generation=3, time_created="now", port=1, desired=desired, launch={"workers": 2})

    replace_json(tmp_path / "order.json", to_plain(order))

    assert attrs.asdict(read_order(DeploymentFolder(tmp_path)) or order) == attrs.asdict(order)
    assert read_order(DeploymentFolder(tmp_path)) is not None
