"""An update in groups that fails between the first and the last, and the same command again."""

from __future__ import annotations

import pytest
from usecases_world import World, without_journal

from oci_mlflow_core.errors import (
    ConflictError,
    DeploymentFailedError,
    UnavailableError,
)
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.testing.memory_deploy_service import Outcome
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.delete_deployment import delete_deployment
from oci_mlflow_core.usecases.update_deployment import update_deployment

INFRASTRUCTURE = "spec.infrastructure.spec"
SETTINGS = {f"{INFRASTRUCTURE}.bandwidthMbps": 20, f"{INFRASTRUCTURE}.replica": 2, "spec.description": "finds fraud"}


@pytest.fixture
def before(shared_world: World) -> Deployment:
    deployment = create_deployment(shared_world.ports, shared_world.create())
    shared_world.service.calls.clear()
    return deployment


def test_a_pass_that_fails_says_what_was_done_and_takes_the_new_model_back(
    shared_world: World, before: Deployment
) -> None:
    shared_world.service.outcomes += [Outcome(), Outcome(failure="no capacity")]

    with pytest.raises(DeploymentFailedError) as failure:
        update_deployment(shared_world.ports, shared_world.change(SETTINGS, "models:/fraud/2"))

    assert failure.value.reason == "no capacity"
    assert failure.value.hint == (
        "Done: name, description and tags. Not done: bandwidth; compute; model; record of the model. "
        "The same command goes on from there."
    )
    assert list(shared_world.service.models) == [before.model_id]
    assert shared_world.deployments()[0].model_uri == "models:/fraud/1"
    assert shared_world.leftovers() == 0


def test_a_pass_that_is_refused_says_what_was_done(shared_world: World, before: Deployment) -> None:
    shared_world.service.refusals["update"] = [ConflictError("somebody else changed it")]

    with pytest.raises(ConflictError) as failure:
        update_deployment(shared_world.ports, shared_world.change(SETTINGS))

    assert failure.value.hint == (
        "Not done: name, description and tags; bandwidth; compute. The same command goes on from there."
    )


def test_the_same_command_goes_on_after_a_pass_that_failed(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes += [Outcome(), Outcome(failure="no capacity")]
    with pytest.raises(DeploymentFailedError):
        update_deployment(shared_world.ports, shared_world.change(SETTINGS, "models:/fraud/2"))
    shared_world.service.calls.clear()

    after = update_deployment(shared_world.ports, shared_world.change(SETTINGS, "models:/fraud/2"))

    assert shared_world.orders() == ["update"] * 4
    assert (after.state, after.model_uri) == (LifecycleState.ACTIVE, "models:/fraud/2")
    assert list(shared_world.service.models) == [after.model_id]
    assert shared_world.leftovers() == 0


def test_a_new_model_that_is_served_stays_when_its_record_fails(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes += [Outcome(), Outcome(failure="no tags today")]

    with pytest.raises(DeploymentFailedError) as failure:
        update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    (deployment,) = shared_world.deployments()
    assert set(shared_world.service.models) == {before.model_id, deployment.model_id}
    assert failure.value.leftovers == (f"model {before.model_id}: no longer served; the next run removes it",)
    assert failure.value.hint == "Done: model. Not done: record of the model. The same command goes on from there."
    assert shared_world.linked("models:/fraud/1") == {}


def test_a_model_is_listed_of_which_nobody_can_say_whether_it_is_served(
    shared_world: World, before: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_lifecycle: object, _deployment_id: str) -> Deployment:
        raise UnavailableError("the service does not answer")

    shared_world.service.outcomes += [Outcome(), Outcome(failure="no tags today")]
    monkeypatch.setattr(type(shared_world.service.lifecycle), "get", away)

    with pytest.raises(DeploymentFailedError) as failure:
        update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    assert failure.value.leftovers == (
        f"model {before.model_id} may no longer be served: the service does not answer; if so, the next run removes it",
    )


@pytest.mark.parametrize("lost", [False, True])
def test_the_same_command_converges_after_a_record_that_failed(
    shared_world: World,
    before: Deployment,
    lost: bool,  # noqa: FBT001
) -> None:
    shared_world.service.outcomes += [Outcome(), Outcome(failure="no tags today")]
    with pytest.raises(DeploymentFailedError):
        update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))
    shared_world.service.calls.clear()
    ports = without_journal(shared_world) if lost else shared_world.ports

    after = update_deployment(ports, shared_world.update("models:/fraud/2"))

    assert shared_world.orders() == ["update"]
    assert after.model_uri == "models:/fraud/2"
    assert after.model_id in shared_world.service.models
    assert shared_world.linked("models:/fraud/1") == {}
    if not lost:
        assert list(shared_world.service.models) == [after.model_id]
        assert shared_world.leftovers() == 0


def test_delete_after_a_record_that_failed_leaves_nothing(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes += [Outcome(), Outcome(failure="no tags today")]
    with pytest.raises(DeploymentFailedError):
        update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.nothing_is_left()


def test_a_registry_that_is_away_keeps_the_record_of_what_was_served_before(
    shared_world: World, before: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise UnavailableError("the registry does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(shared_world.source, "link", away)
        with pytest.raises(UnavailableError):
            update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))
    assert shared_world.deployments()[0].model_uri == "models:/fraud/1"

    after = update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    assert after.model_uri == "models:/fraud/2"
    assert shared_world.linked("models:/fraud/1") == {}
    assert list(shared_world.service.models) == [after.model_id]
