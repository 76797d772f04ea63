"""Deployments of which a file is damaged, empty or missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.testing.memory_pack_store import MemoryPackStore
from oci_mlflow_plugin.adapters.home.atomic import write_json
from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.identity import new_deployment_id, new_model_id
from oci_mlflow_plugin.adapters.local.placing import Placing, _Unseen
from oci_mlflow_plugin.adapters.local.records import served_models, to_plain
from oci_mlflow_plugin.adapters.local.service import LocalDeployService
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, replace_json

_FILES = ("order.json", "applied.json", "observed.json")
_DAMAGES = {
    "broken": (b"{bad", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    "empty": (b"", "Expecting value: line 1 column 1 (char 0)"),
    "binary": (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    "a list": (b"[]", "it is not a JSON object"),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def service(home: Home) -> LocalDeployService:
    return LocalDeployService(home, MemoryPackStore())


def _served(home: Home, name: str = "fraud") -> DeploymentFolder:
    """The records of a deployment that serves, without its processes."""
    packs = MemoryPackStore()
    desired = DesiredDeployment(name=name, model_id=new_model_id())
    order = Placing(home, packs).first(new_deployment_id(), desired, 8080, bound=False)
    folder = DeploymentFolder(home.make(home.deployments / order.id))
    write_json(folder.order_file, to_plain(order), "testing")
    replace_json(folder.applied_file, to_plain(order))
    replace_json(folder.observed_file, {"state": "ACTIVE", "generation": 1})
    return folder


def _get(service: LocalDeployService, folder: DeploymentFolder) -> Deployment:
    return service.lifecycle.get(folder.path.name)


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("damage", _DAMAGES)
def test_a_damaged_file_makes_the_deployment_failed_and_is_named(
    service: LocalDeployService, home: Home, name: str, damage: str
) -> None:
    folder = _served(home)
    content, reason = _DAMAGES[damage]
    (folder.path / name).write_bytes(content)

    seen = _get(service, folder)

    assert (seen.name, seen.state) == ("fraud", LifecycleState.FAILED)
    assert seen.lifecycle_details == f"{folder.path / name} cannot be read ({reason})"


def test_other_deployments_are_listed_beside_a_damaged_one(service: LocalDeployService, home: Home) -> None:
    _served(home, "whole")
    _served(home, "damaged").applied_file.write_text("{bad")

    assert sorted(each.name for each in service.lifecycle.list()) == ["damaged", "whole"]


def test_an_order_that_is_another_json_object_is_damaged(service: LocalDeployService, home: Home) -> None:
    folder = _served(home)
    folder.order_file.write_text("{}")

    assert _get(service, folder).lifecycle_details == f"{folder.order_file} cannot be read (it is not an order)"


def test_a_state_that_is_none_is_damage(service: LocalDeployService, home: Home) -> None:
    folder = _served(home)
    folder.observed_file.write_text('{"state": "ASLEEP"}')

    details = f"{folder.observed_file} cannot be read (it holds no lifecycle state)"
    assert _get(service, folder).lifecycle_details == details


def test_a_deployment_without_its_order_is_listed_as_failed(service: LocalDeployService, home: Home) -> None:
    folder = _served(home)
    folder.order_file.unlink()

    (seen,) = service.lifecycle.list()

    assert (seen.name, seen.state) == ("fraud", LifecycleState.FAILED)
    assert seen.lifecycle_details == f"{folder.order_file} cannot be read (it is missing)"


def test_a_folder_of_which_nothing_is_left_is_listed_by_its_ocid(service: LocalDeployService, home: Home) -> None:
    folder = DeploymentFolder(home.make(home.deployments / new_deployment_id()))

    (seen,) = service.lifecycle.list()

    assert (seen.id, seen.name, seen.state) == (folder.path.name, folder.path.name, LifecycleState.FAILED)


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("content", [b"{bad", b"", b"[]", None])
def test_a_damaged_deployment_can_be_deleted(
    service: LocalDeployService, home: Home, name: str, content: bytes | None
) -> None:
    folder = _served(home)
    if content is None:
        (folder.path / name).unlink()
    else:
        (folder.path / name).write_bytes(content)

    service.lifecycle.delete(folder.path.name, _Unseen())

    assert home.names_in(home.deployments) == []


def test_a_damaged_deployment_cannot_be_described(service: LocalDeployService, home: Home) -> None:
    folder = _served(home)
    folder.order_file.unlink()

    with pytest.raises(InvalidRequestError) as refused:
        service.lifecycle.describe(folder.path.name)

    assert str(refused.value) == f"{folder.order_file} cannot be read (it is missing)"
    assert refused.value.hint == "Delete the deployment and create it again."


def test_a_model_is_served_while_a_damaged_deployment_has_processes(home: Home) -> None:
    folder = _served(home)
    folder.order_file.unlink()
    living = claim(folder.processes_lock)
    assert living is not None

    while_it_lives = served_models(home)
    os.close(living)

    assert list(while_it_lives.values()) == [(folder.path.name,)]
    assert served_models(home) == {}


def test_a_damaged_model_is_found_by_its_ocid_and_can_be_deleted(service: LocalDeployService, home: Home) -> None:
    folder = home.make(home.models / new_model_id())
    (folder / "model.json").write_text("{bad")

    (model,) = service.catalog.find({})
    service.catalog.delete(model.id)

    assert model.display_name == model.id == folder.name
    assert home.names_in(home.models) == []


_AS_NOBODY = """
import os, sys
from pathlib import Path
from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.testing.memory_pack_store import MemoryPackStore
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.service import LocalDeployService

service = LocalDeployService(Home(Path(sys.argv[1])), MemoryPackStore())
if os.geteuid() == 0:
    # everything is imported while it may be read
    service.predictor, list(service.lifecycle.list()), service.catalog.find({})
    os.setegid(65534)
    os.seteuid(65534)
for read in (
    service.lifecycle.list,
    lambda: service.lifecycle.get(sys.argv[2]),
    lambda: service.lifecycle.observe(sys.argv[2]),
    lambda: service.predictor.predict(sys.argv[2], b"{}"),
    lambda: service.catalog.delete(sys.argv[3]),
):
    try:
        read()
    except InvalidRequestError as fault:
        print(fault, fault.hint)
"""


def test_the_state_folder_of_another_user_is_told(home: Home) -> None:
    folder = _served(home)
    home.root.chmod(0 if os.geteuid() else 0o700)

    command = [sys.executable, "-c", _AS_NOBODY, str(home.root), folder.path.name, new_model_id()]
    try:
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        home.root.chmod(0o700)

    told = (
        f"cannot read {home.deployments}: Permission denied Let OCI_MLFLOW_HOME name a folder that you may read and "
        f"write; it is {home.root} now."
    )
    assert finished.stderr == ""
    assert finished.stdout.splitlines() == [told] * 5
