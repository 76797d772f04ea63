from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
from integration.local.containers.deploying import FAILING, Rig, artifact, script
from rig.base_image.well_known import server_image
from rig.engine.found import docker
from rig.registry.running import Registry, running
from rig.registry.small_images import OCI, Pusher, layer_of

from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_plugin.adapters.local.supervision.folder import read_json


def _observed(rig: Rig, deployment: Deployment) -> dict[str, Any]:
    return read_json(rig.service.home.deployments / deployment.id / "observed.json")


def _gone(containers: Callable[[], list[str]], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while containers():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_a_container_that_exits_at_once_is_failed_with_its_last_lines(
    rig: Rig, containers: Callable[[], list[str]]
) -> None:
    deployment = rig.create(script(FAILING))

    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details == f"the container of {rig.image} ended with exit code 3"
    assert deployment.log_tail == ("no model is here",)
    assert containers() == []


def test_a_container_that_exits_later_is_failed(rig: Rig, containers: Callable[[], list[str]]) -> None:
    deployment = rig.create()

    rig.service.predictor.predict(deployment.id, b'"exit"')
    deadline = time.monotonic() + 20
    while (seen := rig.service.lifecycle.get(deployment.id)).state is LifecycleState.ACTIVE:
        assert time.monotonic() < deadline
        time.sleep(0.1)

    assert seen.state is LifecycleState.FAILED
    assert seen.lifecycle_details == f"the container of {rig.image} ended with exit code 7"
    assert "going" in seen.log_tail
    assert containers() == []


def test_a_container_that_never_becomes_healthy_is_failed(rig: Rig, containers: Callable[[], list[str]]) -> None:
    hasty = attrs.evolve(rig, service=attrs.evolve(rig.service, healthy_within=2.0))

    deployment = hasty.create(script("import time; print('thinking', flush=True); time.sleep(600)"))

    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details.startswith(
        f"the container of {rig.image} did not become healthy within 2 s (GET /health on port 5001): curl: (7) "
    )
    assert deployment.log_tail == ("thinking",)
    assert containers() == []


def test_an_image_without_curl_is_told_with_the_line_that_adds_it(
    rig: Rig, engine: str, containers: Callable[[], list[str]]
) -> None:
    image = server_image(engine, curl=False)

    deployment = rig.create(image=image)

    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details == (
        f"the image {image} has no curl, by which OCI asks containers for their health; in a Dockerfile on Debian or "
        "Ubuntu this adds it: RUN apt-get update && apt-get install -y --no-install-recommends curl"
    )
    assert containers() == []


def test_an_image_that_is_nowhere_is_failed(rig: Rig, engine: str) -> None:
    image = "127.0.0.1:1/none/such:1"

    deployment = rig.create(image=image)

    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details.startswith(
        f"the image {image} is not in the container engine at {engine}, and pulling it failed: "
    )


def test_a_command_that_is_not_in_the_image_is_failed(rig: Rig, containers: Callable[[], list[str]]) -> None:
    deployment = rig.create(cmd=("no-such-server",))

    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details.startswith(f"the container of {rig.image} does not start: ")
    assert containers() == []


def test_an_update_that_fails_leaves_the_old_container_answering(rig: Rig, containers: Callable[[], list[str]]) -> None:
    deployment = rig.create()
    before = containers()

    updated = rig.update(deployment, script(FAILING))

    assert updated.state is LifecycleState.NEEDS_ATTENTION
    assert updated.lifecycle_details == (f"the last update failed: the container of {rig.image} ended with exit code 3")
    assert updated.log_tail == ("no model is here",)
    assert rig.ask(deployment)["version"] == "one"
    assert containers() == before


def test_a_killed_supervisor_takes_its_container_along(rig: Rig, containers: Callable[[], list[str]]) -> None:
    deployment = rig.create()

    os.kill(_observed(rig, deployment)["pid"], signal.SIGKILL)

    assert _gone(containers)
    assert rig.service.lifecycle.get(deployment.id).state is LifecycleState.FAILED


def test_what_a_killed_program_leaves_its_supervisor_removes(rig: Rig, containers: Callable[[], list[str]]) -> None:
    deployment = rig.create()

    os.kill(_observed(rig, deployment)["servers"][0], signal.SIGKILL)

    assert _gone(containers)
    assert rig.settled(deployment).state is LifecycleState.FAILED


def test_what_killed_processes_leave_the_next_create_removes(
    rig: Rig, engine: str, containers: Callable[[], list[str]]
) -> None:
    deployment = rig.create()
    (left,) = containers()
    observed = _observed(rig, deployment)
    server = observed["servers"][0]
    os.kill(server, signal.SIGSTOP)
    os.kill(observed["pid"], signal.SIGKILL)
    os.kill(server, signal.SIGKILL)
    assert docker(engine, "inspect", left).returncode == 0

    other = rig.create(artifact("two"))

    assert other.state is LifecycleState.ACTIVE
    assert left not in containers()


def test_an_image_for_another_processor_is_told(
    rig: Rig, engine: str, tmp_path: Path, containers: Callable[[], list[str]], login: Callable[[Registry], None]
) -> None:
    with running(tmp_path) as registry:
        login(registry)
        foreign = layer_of({"serve": b"\x7fELF"})
        Pusher(registry, "foreign", OCI).image("1", [foreign], architecture="arm64", config={"Cmd": ["/serve"]})
        image = f"{registry.address}/foreign:1"

        deployment = rig.create(image=image, cmd=None)

    docker(engine, "rmi", "--force", image)
    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details.endswith(
        f"; the image is for linux/arm64, and the container engine at {engine} runs linux/amd64"
    )
    assert containers() == []


def test_an_image_that_needs_a_login_is_failed_without_one(rig: Rig, engine: str, tmp_path: Path) -> None:
    with running(tmp_path) as registry:
        Pusher(registry, "private").image("1")
        image = f"{registry.address}/private:1"

        deployment = rig.create(image=image)

    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details.startswith(
        f"the image {image} is not in the container engine at {engine}, and pulling it failed: "
    )
    assert registry.password not in deployment.lifecycle_details
