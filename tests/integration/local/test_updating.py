from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import attrs
import pytest
from integration.local import rig

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.service import LocalDeployService

_FIRST = "def load_model(): pass\ndef predict(data, model=None): return {'predictions': ['first']}"
_SECOND = "def load_model(): pass\ndef predict(data, model=None): return {'predictions': ['second']}"
_SLOW = "import time\ndef load_model(): time.sleep(600)\ndef predict(data, model=load_model()): return 1"


def _order(service: LocalDeployService, deployment: Deployment, score: str, **variables: str) -> Deployment:
    desired = service.lifecycle.describe(deployment.id)
    new = attrs.evolve(desired, model_id=rig.register(service, score), environment_variables=variables)
    return service.lifecycle.update(deployment.id, new, ())


def _hammer(port: int, until: threading.Event, outcomes: list[str]) -> None:
    while not until.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", "/predict", b"{}", {"Content-Type": "application/json"})
            outcomes.append(json.loads(connection.getresponse().read())["predictions"][0])
        except Exception as fault:  # noqa: BLE001 - counted
            outcomes.append(repr(fault))
        finally:
            connection.close()
        time.sleep(0.002)


@pytest.mark.parametrize("python", [rig.BARE_PYTHON, sys.executable], ids=["standard library", "what MLflow brings"])
def test_an_update_refuses_and_resets_no_connection(service: LocalDeployService, tmp_path: Path, python: str) -> None:
    location = ObjectLocation.parse("oci://local@local/conda-envs/cpu/hammered/1/hammered_v1")
    rig.publish(service.packs, tmp_path, location, python=python)
    first, second = (rig.register(service, score, location) for score in (_FIRST, _SECOND))
    desired = DesiredDeployment(name="rig", model_id=first)
    deployment = rig.settled(service, service.lifecycle.create(desired).id)
    outcomes: list[str] = []
    until = threading.Event()
    port = int(deployment.url.rpartition(":")[2])
    clients = [threading.Thread(target=_hammer, args=(port, until, outcomes)) for _ in range(4)]
    for client in clients:
        client.start()

    after: list[object] = []
    for model in (second, first, second):
        service.lifecycle.update(deployment.id, attrs.evolve(desired, model_id=model), ())
        updated = rig.settled(service, deployment.id)
        assert updated.state is LifecycleState.ACTIVE, updated
        after.append(rig.predict(service, deployment, {})["predictions"])
    until.set()
    for client in clients:
        client.join()

    assert set(Counter(outcomes)) == {"first", "second"}
    assert after == [["second"], ["first"], ["second"]]


def test_an_update_keeps_the_url_and_serves_the_new_model(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service, _FIRST)

    ordered = _order(service, deployment, _SECOND)
    updated = rig.settled(service, deployment.id)

    assert ordered.state is LifecycleState.UPDATING
    assert updated.state is LifecycleState.ACTIVE
    assert updated.url == deployment.url
    assert updated.model_id != deployment.model_id
    assert rig.predict(service, deployment, {}) == {"predictions": ["second"]}
    assert rig.gone_within(deployment.model_id, 5)
    assert rig.names_within(home.deployments / deployment.id / "logs", ["2.log"], 5) == ["2.log"]


def test_an_update_of_variables_reaches_the_model(service: LocalDeployService) -> None:
    score = "import os\ndef load_model(): pass\ndef predict(data, model=None): return os.environ.get('COLOUR')"
    deployment = rig.active(service, score, COLOUR="red")

    _order(service, deployment, score, COLOUR="blue")
    rig.settled(service, deployment.id)

    assert rig.predict(service, deployment, {}) == "blue"


def test_an_update_of_the_name_alone_replaces_no_server(service: LocalDeployService) -> None:
    score = "import os\ndef load_model(): pass\ndef predict(data, model=None): return os.getpid()"
    deployment = rig.active(service, score)
    before = rig.predict(service, deployment, {})
    desired = attrs.evolve(service.lifecycle.describe(deployment.id), name="renamed")

    service.lifecycle.update(deployment.id, desired, ())
    updated = rig.settled(service, deployment.id)

    assert (updated.name, updated.state) == ("renamed", LifecycleState.ACTIVE)
    assert rig.predict(service, deployment, {}) == before


def test_a_failed_update_leaves_the_old_server_and_needs_attention(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service, _FIRST)

    _order(service, deployment, "raise ValueError('no good')")
    updated = rig.settled(service, deployment.id)

    assert updated.state is LifecycleState.NEEDS_ATTENTION
    assert updated.lifecycle_details == "the last update failed: score.py could not be loaded: ValueError: no good"
    assert updated.log_tail[-1] == "ValueError: no good"
    assert updated.model_id == deployment.model_id
    assert service.lifecycle.describe(deployment.id).model_id == deployment.model_id
    assert rig.predict(service, deployment, {}) == {"predictions": ["first"]}
    assert rig.names(home.deployments / deployment.id / "logs") == ["1.log"]


def test_a_failed_update_can_be_followed_by_a_good_one(service: LocalDeployService) -> None:
    deployment = rig.active(service, _FIRST)
    _order(service, deployment, "raise ValueError('no good')")
    rig.settled(service, deployment.id)

    _order(service, deployment, _SECOND)
    updated = rig.settled(service, deployment.id)

    assert updated.state is LifecycleState.ACTIVE
    assert updated.lifecycle_details == ""
    assert rig.predict(service, deployment, {}) == {"predictions": ["second"]}


def test_an_update_is_refused_while_another_goes_on(service: LocalDeployService) -> None:
    deployment = rig.active(service, _FIRST)
    _order(service, deployment, _SLOW)

    with pytest.raises(ConflictError) as refused:
        _order(service, deployment, _SECOND)

    assert str(refused.value) == f"deployment 'rig' ({deployment.id}) is UPDATING and cannot be updated now"
    assert rig.predict(service, deployment, {}) == {"predictions": ["first"]}


def test_a_deployment_can_be_deleted_while_an_update_goes_on(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service, _FIRST)
    _order(service, deployment, _SLOW)

    service.lifecycle.delete(deployment.id, rig.Quiet())

    assert rig.processes_of(deployment.id) == []
    assert rig.names(home.deployments) == []


def test_requests_that_were_begun_are_answered_by_the_old_server(service: LocalDeployService) -> None:
    slow = "import time\ndef load_model(): pass\ndef predict(data, model=None):\n    time.sleep(3)\n    return 'old'"
    deployment = rig.active(service, slow)
    answers: list[object] = []
    waiting = threading.Thread(target=lambda: answers.append(rig.predict(service, deployment, {})))
    waiting.start()
    time.sleep(0.2)

    _order(service, deployment, _SECOND)
    rig.settled(service, deployment.id)
    meanwhile = rig.predict(service, deployment, {})
    begun_still = waiting.is_alive()
    waiting.join()

    assert meanwhile == {"predictions": ["second"]}
    assert begun_still
    assert answers == ["old"]


def test_the_models_that_are_served_cannot_be_deleted(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service, _FIRST)

    with pytest.raises(ConflictError) as refused:
        service.catalog.delete(deployment.model_id)
    _order(service, deployment, _SECOND)
    rig.settled(service, deployment.id)
    service.catalog.delete(deployment.model_id)

    assert str(refused.value) == f"the model {deployment.model_id} is served by the deployment {deployment.id}"
    assert rig.names(home.models) == [service.lifecycle.get(deployment.id).model_id]
