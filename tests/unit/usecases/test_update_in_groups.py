"""Changing a live deployment of a service that takes one group of settings at a time."""

from __future__ import annotations

import attrs
import pytest
from usecases_world import World, interrupting

from oci_mlflow_core.errors import (
    CancelledError,
    DeploymentFailedError,
    InvalidRequestError,
    TimedOutError,
)
from oci_mlflow_core.model.deployment import MODEL_URI_TAG, Deployment, LifecycleState
from oci_mlflow_core.testing.memory_deploy_service import Outcome
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.update_deployment import plan_update, update_deployment

INFRASTRUCTURE = "spec.infrastructure.spec"
SETTINGS = {f"{INFRASTRUCTURE}.bandwidthMbps": 20, f"{INFRASTRUCTURE}.replica": 2, "spec.description": "finds fraud"}
NOT_MANY_TAGS = {f"tag{number}": "" for number in range(5)}


@pytest.fixture
def before(shared_world: World) -> Deployment:
    deployment = create_deployment(shared_world.ports, shared_world.create())
    shared_world.service.calls.clear()
    return deployment


def test_each_group_is_an_order_and_the_next_waits_for_it(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes += [Outcome(looks=2)] * 3

    after = update_deployment(shared_world.ports, shared_world.change(SETTINGS))

    assert shared_world.orders() == ["update"] * 3
    assert after.state is LifecycleState.ACTIVE
    assert shared_world.service.lifecycle.describe(before.id).infrastructure.replica == 2
    assert [title for title in shared_world.progress.titles if "update the" in title or "wait" in title][-6:] == [
        "update the name, description and tags of 'fraud'",
        "wait until that is done",
        "update the bandwidth of 'fraud'",
        "wait until that is done",
        "update the compute of 'fraud'",
        "wait until that is done",
    ]


def test_without_waiting_it_waits_for_all_but_the_last(shared_world: World, before: Deployment) -> None:
    after = update_deployment(shared_world.ports, shared_world.change(SETTINGS, wait=False))

    assert shared_world.orders() == ["update"] * 3
    assert after.state is LifecycleState.UPDATING


def test_a_new_model_is_served_before_the_registry_and_then_the_tags_say_so(
    shared_world: World, before: Deployment
) -> None:
    plan = plan_update(shared_world.ports, shared_world.change(SETTINGS, "models:/fraud/2"))

    after = update_deployment(shared_world.ports, shared_world.change(SETTINGS, "models:/fraud/2"))

    assert [step.title for step in plan.steps][-6:] == [
        "update the model of 'fraud'",
        "wait until the deployment answers",
        "tag models:/fraud/2 with the deployment",
        "update the record of the model of 'fraud'",
        "wait until that is done",
        "delete the catalog model that was served before, where another has taken its place",
    ]
    assert shared_world.orders() == ["update"] * 5
    assert (after.model_uri, list(shared_world.service.models)) == ("models:/fraud/2", [after.model_id])
    assert shared_world.linked("models:/fraud/1") == {}
    assert shared_world.linked("models:/fraud/2")["model-deployment-ocid"] == before.id
    assert shared_world.leftovers() == 0


def test_without_waiting_a_new_model_is_linked_and_the_old_one_removed_all_the_same(
    shared_world: World, before: Deployment
) -> None:
    update_deployment(shared_world.ports, shared_world.update("models:/fraud/2", wait=False))

    (model,) = shared_world.service.models.values()
    assert model.freeform_tags[MODEL_URI_TAG] == "models:/fraud/2"
    assert shared_world.linked("models:/fraud/2")["model-ocid"] == model.id
    assert shared_world.leftovers() == 0


def test_the_same_model_is_no_order(shared_world: World, before: Deployment) -> None:
    after = update_deployment(shared_world.ports, shared_world.update("models:/fraud/1"))

    assert shared_world.service.calls == []
    assert after.model_id == before.model_id
    assert shared_world.progress.notes[-1] == "deployment 'fraud' is as it should be; nothing was changed"
    assert shared_world.leftovers() == 0


def test_the_same_model_with_other_settings_changes_those_alone(shared_world: World, before: Deployment) -> None:
    update_deployment(shared_world.ports, shared_world.change(SETTINGS, "models:/fraud/1"))

    assert shared_world.orders() == ["update"] * 3
    assert list(shared_world.service.models) == [before.model_id]


def test_one_deadline_is_for_all_passes(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes += [Outcome(looks=8), Outcome(looks=None)]
    started = shared_world.clock.monotonic()

    with pytest.raises(TimedOutError) as failure:
        update_deployment(shared_world.ports, shared_world.change(SETTINGS, timeout=20.0))

    assert shared_world.clock.monotonic() - started == pytest.approx(20.0)
    assert failure.value.elapsed == pytest.approx(20.0)
    assert failure.value.hint.endswith(
        "Done: name, description and tags. Going on: bandwidth. Not done: compute. The same command goes on from there."
    )


def test_waiting_for_another_update_counts_towards_the_deadline(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes += [Outcome(looks=8), Outcome(looks=None)]
    update_deployment(shared_world.ports, shared_world.change({"spec.description": "finds"}, wait=False))
    started = shared_world.clock.monotonic()

    with pytest.raises(TimedOutError):
        update_deployment(shared_world.ports, shared_world.change({"spec.description": "fraud"}, timeout=20.0))

    assert shared_world.clock.monotonic() - started == pytest.approx(20.0)
    assert shared_world.orders() == ["update"] * 2


def test_ctrl_c_while_another_update_goes_on_changes_nothing(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes.append(Outcome(looks=None))
    update_deployment(shared_world.ports, shared_world.change({"spec.description": "finds"}, wait=False))

    with pytest.raises(CancelledError) as failure:
        update_deployment(interrupting(shared_world), shared_world.change(SETTINGS))

    assert str(failure.value) == "cancelled while waiting until nothing goes on with deployment 'fraud'"
    assert shared_world.orders() == ["update"]


def test_ctrl_c_before_the_model_is_ordered_takes_it_back(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes.append(Outcome(looks=None))

    with pytest.raises(CancelledError) as failure:
        update_deployment(interrupting(shared_world), shared_world.change(SETTINGS, "models:/fraud/2"))

    assert failure.value.leftovers == (f"deployment {before.id}",)
    assert failure.value.hint == (
        "The update goes on. Going on: name, description and tags. Not done: bandwidth; compute; model; "
        "record of the model. The same command goes on from there."
    )
    assert list(shared_world.service.models) == [before.model_id]
    assert shared_world.leftovers() == 0


def test_ctrl_c_while_the_model_is_rolled_out_leaves_it(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes.append(Outcome(looks=1))
    with pytest.raises(CancelledError):
        update_deployment(interrupting(shared_world), shared_world.update("models:/fraud/2"))
    assert len(shared_world.service.models) == 2

    after = update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    assert shared_world.orders() == ["update"] * 2
    assert list(shared_world.service.models) == [after.model_id]
    assert after.model_uri == "models:/fraud/2"
    assert shared_world.linked("models:/fraud/1") == {}
    assert shared_world.leftovers() == 0


def test_a_model_that_somebody_else_registered_stays(shared_world: World, before: Deployment) -> None:
    entry = shared_world.service.deployments[before.id]
    shared_world.service.models["theirs"] = attrs.evolve(
        shared_world.service.models[before.model_id], id="theirs", freeform_tags={}
    )
    entry.desired = attrs.evolve(entry.desired, model_id="theirs")
    entry.deployment = attrs.evolve(entry.deployment, model_id="theirs")

    update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    assert "theirs" in shared_world.service.models


def test_the_old_model_stays_when_asked(shared_world: World, before: Deployment) -> None:
    update_deployment(shared_world.ports, shared_world.update("models:/fraud/2", keep_model=True))

    assert before.model_id in shared_world.service.models
    assert shared_world.leftovers() == 0


def test_a_deployment_that_needed_attention_before_is_changed(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes.append(Outcome(failure="no capacity"))
    with pytest.raises(DeploymentFailedError):
        update_deployment(shared_world.ports, shared_world.change({f"{INFRASTRUCTURE}.replica": 2}))
    assert shared_world.deployments()[0].state is LifecycleState.NEEDS_ATTENTION
    shared_world.service.outcomes.append(Outcome(stays_unwell=True))

    after = update_deployment(shared_world.ports, shared_world.change({"spec.description": "finds fraud"}))

    assert after.state is LifecycleState.NEEDS_ATTENTION
    assert shared_world.service.lifecycle.describe(before.id).description == "finds fraud"


def test_an_order_that_the_service_says_failed_is_a_failure_whatever_the_state(
    shared_world: World, before: Deployment
) -> None:
    shared_world.service.outcomes.append(Outcome(failure="no capacity", falls_back=True))

    with pytest.raises(DeploymentFailedError):
        update_deployment(shared_world.ports, shared_world.change({f"{INFRASTRUCTURE}.replica": 2}))

    assert shared_world.deployments()[0].state is LifecycleState.ACTIVE


def test_a_new_name_is_told_to_the_registry(shared_world: World, before: Deployment) -> None:
    request = shared_world.change({"spec.displayName": "theft"}, name=before.id)

    after = update_deployment(shared_world.ports, request)

    assert after.name == "theft"
    assert shared_world.linked("models:/fraud/1")["model-deployment-ocid.theft"] == before.id
    assert "model-deployment-ocid.fraud" not in shared_world.linked("models:/fraud/1")


def test_tags_over_the_limit_are_told_before_anything_is_made(shared_world: World, before: Deployment) -> None:
    request = shared_world.change({"spec.freeformTags": {**NOT_MANY_TAGS, "tag5": ""}}, "models:/fraud/2")

    with pytest.raises(InvalidRequestError, match="6 tags are too many: a deployment can have 10, and 5 are needed"):
        update_deployment(shared_world.ports, request)

    assert shared_world.service.calls == []


def test_what_never_changes_is_refused_before_anything_is_made(shared_world: World, before: Deployment) -> None:
    project = "ocid1.datascienceproject.oc1.iad.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    request = shared_world.change({f"{INFRASTRUCTURE}.projectId": project}, "models:/fraud/2")

    with pytest.raises(InvalidRequestError) as failure:
        update_deployment(shared_world.ports, request)

    assert str(failure.value) == f"{INFRASTRUCTURE}.projectId of a deployment cannot be changed ((none) → {project})"
    assert shared_world.service.calls == []
