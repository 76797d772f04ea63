"""Deployments of container images and of model groups."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from deployment_files import CONTAINER
from usecases_world import World

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.model.options import UpdateStrategy
from oci_mlflow_core.usecases.create_deployment import create_deployment, plan_create
from oci_mlflow_core.usecases.delete_deployment import delete_deployment
from oci_mlflow_core.usecases.update_deployment import update_deployment

GROUP = "ocid1.datasciencemodelgroup.oc1.iad.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
OTHER_GROUP = GROUP.replace("aaaa", "bbbb")
CONDA = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      env:
        LEVEL: debug
"""
PUBLISHED = CONDA.replace("env:\n        LEVEL: debug", "uri: oci://packs@team/by-hand")
GROUPED = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      modelGroupId: {group}
"""


def names_in_artifact(world: World, model_id: str) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(world.service.artifacts[model_id])) as archive:
        return set(archive.namelist())


def serves_pack(world: World, model_id: str) -> bool:
    return "runtime.yaml" in names_in_artifact(world, model_id)


@pytest.fixture
def in_container(shared_world: World) -> Deployment:
    return create_deployment(shared_world.ports, shared_world.create(text=CONTAINER))


@pytest.fixture
def grouped(shared_world: World) -> Deployment:
    return create_deployment(shared_world.ports, shared_world.create(text=GROUPED.format(group=GROUP)))


def test_a_container_gets_the_model_alone_and_no_pack(shared_world: World, in_container: Deployment) -> None:
    described = shared_world.service.lifecycle.describe(in_container.id)

    assert (shared_world.builder.locked, shared_world.builder.built) == (0, 0)
    assert not serves_pack(shared_world, in_container.model_id)
    assert "score.py" not in names_in_artifact(shared_world, in_container.model_id)
    assert described.container is not None
    assert described.container.image == "iad.ocir.io/team/fraud:1"
    assert in_container.pack_uri == ""


def test_a_new_model_of_a_container_goes_into_a_container(shared_world: World, in_container: Deployment) -> None:
    after = update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    assert after.model_uri == "models:/fraud/2"
    assert shared_world.builder.built == 0
    assert not serves_pack(shared_world, after.model_id)
    assert shared_world.service.lifecycle.describe(after.id).container is not None


def test_another_image_is_no_other_model(shared_world: World, in_container: Deployment) -> None:
    after = update_deployment(shared_world.ports, shared_world.update(text=CONTAINER.replace("fraud:1", "fraud:2")))

    described = shared_world.service.lifecycle.describe(after.id)
    assert described.container is not None
    assert described.container.image == "iad.ocir.io/team/fraud:2"
    assert after.model_id == in_container.model_id


@pytest.mark.parametrize(("before", "after"), [(CONTAINER, CONDA), (CONDA, CONTAINER)])
def test_the_other_type_of_runtime_needs_the_deployment_off_and_another_artifact(
    shared_world: World, before: str, after: str
) -> None:
    first = create_deployment(shared_world.ports, shared_world.create(text=before))
    request = shared_world.update(text=after, update_strategy=UpdateStrategy.DEACTIVATE_FIRST)

    deployment = update_deployment(shared_world.ports, request)

    described = shared_world.service.lifecycle.describe(deployment.id)
    assert (described.container is None) is (after is CONDA)
    assert serves_pack(shared_world, deployment.model_id) is (after is CONDA)
    assert bool(deployment.pack_uri) is (after is CONDA)
    assert deployment.model_id != first.model_id
    assert shared_world.orders() == ["create", "deactivate", "update", "activate", "update"]


def test_the_other_type_of_runtime_is_refused_of_a_deployment_that_serves(
    shared_world: World, in_container: Deployment
) -> None:
    with pytest.raises(InvalidRequestError, match=r"spec\.runtime\.type: can only be changed while"):
        update_deployment(shared_world.ports, shared_world.update(text=CONDA))

    assert shared_world.orders() == ["create"]
    assert list(shared_world.service.models) == [in_container.model_id]


def test_a_container_is_refused_on_this_machine(world: World) -> None:
    create_deployment(world.ports, world.create())

    with pytest.raises(InvalidRequestError, match="does not run container images"):
        update_deployment(world.ports, world.update(text=CONTAINER))


def test_a_model_group_is_served_without_a_model_of_this_projects(shared_world: World) -> None:
    request = shared_world.create(text=GROUPED.format(group=GROUP))

    plan = plan_create(shared_world.ports, request)
    deployment = create_deployment(shared_world.ports, request)

    assert [step.title for step in plan.steps] == [
        "create the deployment 'fraud'",
        "wait until the deployment answers",
    ]
    assert plan.notes == ("deploy.yaml:7:21: the models of the group are served; models:/fraud/1 is not registered",)
    assert deployment.state is LifecycleState.ACTIVE
    assert shared_world.service.models == {}
    assert shared_world.source.links == {}
    assert shared_world.service.lifecycle.describe(deployment.id).model_group_id == GROUP


def test_a_deployment_of_a_model_group_is_deleted(shared_world: World, grouped: Deployment) -> None:
    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.nothing_is_left()


def test_another_group_is_an_order(shared_world: World, grouped: Deployment) -> None:
    update_deployment(shared_world.ports, shared_world.update(text=GROUPED.format(group=OTHER_GROUP)))

    assert shared_world.orders() == ["create", "update"]
    assert shared_world.service.lifecycle.describe(grouped.id).model_group_id == OTHER_GROUP


@pytest.mark.parametrize(
    "request_of",
    [
        {"uri": "models:/fraud/2"},
        {
            "text": CONDA.replace(
                "env:\n        LEVEL: debug", "uri: oci://packs@team/by-hand\n      pythonVersion: '3.11'"
            )
        },
    ],
)
def test_the_models_of_a_group_are_not_changed_here(
    shared_world: World, grouped: Deployment, request_of: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequestError) as failure:
        update_deployment(shared_world.ports, shared_world.update(**request_of))

    assert str(failure.value) == "deployment 'fraud' serves a model group, whose models are changed in the group"
    assert shared_world.orders() == ["create"]


def test_one_model_does_not_become_a_group(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create())

    with pytest.raises(InvalidRequestError, match="a deployment of one model cannot become one of a model group"):
        update_deployment(shared_world.ports, shared_world.update(text=GROUPED.format(group=GROUP)))


def test_there_are_no_model_groups_on_this_machine(world: World) -> None:
    create_deployment(world.ports, world.create())

    with pytest.raises(InvalidRequestError, match="there are no model groups on this machine"):
        update_deployment(world.ports, world.update(text=GROUPED.format(group=GROUP)))
