from __future__ import annotations

import json
import os
import socket
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.local.containers.deploying import Rig, artifact
from integration.local.rig import Quiet
from rig.engine.found import docker
from rig.registry.running import Registry, running

from oci_mlflow_core.errors import ConflictError, NoSuchDeploymentError
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.spec.infrastructure import Infrastructure, ShapeConfig
from oci_mlflow_core.spec.runtime import HttpEndpoint, HttpMethod
from oci_mlflow_plugin.adapters.local.service import LocalDeployService


def test_a_container_has_the_artifact_read_only_its_variables_and_its_limits(rig: Rig) -> None:
    size = Infrastructure(
        shape_name="VM.Standard.E4.Flex",
        shape_config_details=ShapeConfig(ocpus=1, memory_in_gbs=0.25),
        web_concurrency=2,
    )
    deployment = rig.create(infrastructure=size, env={"COLOUR": "red"})

    seen = rig.ask(deployment)

    assert (seen["path"], seen["artifact"], seen["beside"]) == ("/predict", "OSError", "OSError")
    assert seen["memory"] == str(256 * 1024**2)
    reserved = {"MODEL_DEPLOYMENT_OCID": deployment.id, "CONTAINER_CUSTOM_IMAGE": rig.image}
    assert {**reserved, "COLOUR": "red", "WEB_CONCURRENCY": "2"}.items() <= seen["environ"].items()


def test_health_is_asked_at_the_deployments_url(rig: Rig) -> None:
    deployment = rig.create()

    with urllib.request.urlopen(f"{deployment.url}/health") as answer:  # noqa: S310 - of this test's deployment
        said = json.load(answer)

    assert said == {"status": "ok"}


def test_predictions_go_to_invocations_where_that_is_declared(rig: Rig) -> None:
    endpoint = HttpEndpoint(endpoint_uri_suffix="invocations", http_methods=(HttpMethod.POST,))
    deployment = rig.create(custom_http_endpoints=(endpoint,))

    seen = rig.ask(deployment)

    assert seen["path"] == "/invocations"


def test_an_update_brings_up_the_new_container_before_the_old_one_goes(
    rig: Rig, containers: Callable[[], list[str]]
) -> None:
    deployment = rig.create()
    before = containers()
    rig.service.lifecycle.update(deployment.id, rig.desired(artifact("two")), ())

    statuses = []
    while not rig.service.lifecycle.get(deployment.id).state.is_settled:
        statuses.append(rig.service.predictor.predict(deployment.id, b"1").status)
    updated = rig.settled(deployment)

    assert (updated.state, updated.url) == (LifecycleState.ACTIVE, deployment.url)
    assert set(statuses) == {200}
    assert rig.ask(deployment)["version"] == "two"
    assert len(before) == 1


def test_a_request_that_was_begun_is_answered_by_the_container_that_leaves(rig: Rig) -> None:
    deployment = rig.create()
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(rig.ask(deployment, "slow")))
    asking.start()

    updated = rig.update(deployment, artifact("two"))
    asking.join()

    assert updated.state is LifecycleState.ACTIVE
    assert [answer["version"] for answer in answers] == ["one"]


def test_an_update_that_changes_no_container_keeps_the_one_that_serves(
    rig: Rig, containers: Callable[[], list[str]]
) -> None:
    deployment = rig.create()
    before = containers()
    described = rig.service.lifecycle.describe(deployment.id)

    rig.service.lifecycle.update(deployment.id, described, ())
    rig.settled(deployment)

    assert containers() == before


def test_after_a_delete_nothing_is_left(rig: Rig, containers: Callable[[], list[str]]) -> None:
    deployment = rig.create()
    began = containers()

    rig.service.lifecycle.delete(deployment.id, Quiet())

    assert len(began) == 1
    assert containers() == []
    with pytest.raises(NoSuchDeploymentError):
        rig.service.lifecycle.get(deployment.id)


def test_a_port_in_use_is_told_before_anything_is_begun(rig: Rig, containers: Callable[[], list[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        service = LocalDeployService(rig.service.home, rig.service.packs, port)
        with pytest.raises(ConflictError) as refused:
            service.lifecycle.create(rig.desired())

    assert str(refused.value) == f"port {port} of 127.0.0.1 is in use by another program"
    assert containers() == []


def test_an_image_is_pulled_by_its_digest_with_the_users_login_from_what_stands_for_ocir(
    rig: Rig, engine: str, tmp_path: Path, login: Callable[[Registry], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as registry:
        login(registry)
        pushed = f"{registry.address}/namespace/server"
        docker(engine, "tag", rig.image, f"{pushed}:1")
        sent = docker(engine, "--config", os.environ["DOCKER_CONFIG"], "push", f"{pushed}:1")
        digest = sent.stdout.partition("digest: ")[2].split()[0]
        docker(engine, "rmi", f"{pushed}:1")
        monkeypatch.setenv("OCI_MLFLOW_REGISTRY_ENDPOINT", f"http://{registry.address}")

        deployment = rig.create(image="iad.ocir.io/namespace/server:1", image_digest=digest)
        seen = rig.ask(deployment)

    docker(engine, "rmi", f"{pushed}@{digest}")
    assert seen["environ"]["CONTAINER_CUSTOM_IMAGE"] == "iad.ocir.io/namespace/server:1"
