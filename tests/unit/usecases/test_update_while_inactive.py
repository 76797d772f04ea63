"""Changing a deployment while it does not answer: because it is INACTIVE, or is deactivated for the change."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from usecases_world import World, interrupting, without_journal

from oci_mlflow_core.errors import CancelledError, DeploymentFailedError, UnavailableError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.model.options import UpdateStrategy
from oci_mlflow_core.testing.memory_deploy_service import Outcome
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.update_deployment import update_deployment

SETTINGS = {"spec.infrastructure.spec.bandwidthMbps": 20, "spec.infrastructure.spec.replica": 2}


@pytest.fixture
def before(shared_world: World) -> Deployment:
    deployment = create_deployment(shared_world.ports, shared_world.create())
    shared_world.service.calls.clear()
    return deployment


def deactivated_first(world: World, uri: str | None = None, **options: Any) -> Any:
    return world.change(SETTINGS, uri, update_strategy=UpdateStrategy.DEACTIVATE_FIRST, **options)


def state(world: World) -> LifecycleState:
    (deployment,) = world.deployments()
    return deployment.state


def test_it_is_deactivated_changed_at_once_and_activated(shared_world: World, before: Deployment) -> None:
    after = update_deployment(shared_world.ports, deactivated_first(shared_world, "models:/fraud/2"))

    assert shared_world.orders() == ["deactivate", "update", "activate", "update"]
    assert (after.state, after.model_uri) == (LifecycleState.ACTIVE, "models:/fraud/2")
    assert list(shared_world.service.models) == [after.model_id]
    assert shared_world.leftovers() == 0


def test_it_is_not_deactivated_where_nothing_differs(shared_world: World, before: Deployment) -> None:
    update_deployment(shared_world.ports, shared_world.change(SETTINGS))
    shared_world.service.calls.clear()

    update_deployment(shared_world.ports, deactivated_first(shared_world, "models:/fraud/1"))

    assert shared_world.service.calls == []


def test_it_is_not_deactivated_for_a_name_that_comes_with_the_same_model(
    shared_world: World, before: Deployment
) -> None:
    request = shared_world.change(
        {"spec.description": "finds fraud"}, "models:/fraud/1", update_strategy=UpdateStrategy.DEACTIVATE_FIRST
    )

    update_deployment(shared_world.ports, request)

    assert shared_world.orders() == ["update"]
    assert shared_world.service.lifecycle.describe(before.id).description == "finds fraud"


def test_a_change_that_is_refused_while_it_is_off_brings_it_back(shared_world: World, before: Deployment) -> None:
    shared_world.service.refusals["update"] = [UnavailableError("the service does not answer")]

    with pytest.raises(UnavailableError) as failure:
        update_deployment(shared_world.ports, deactivated_first(shared_world, "models:/fraud/2"))

    assert shared_world.orders() == ["deactivate", "activate"]
    assert failure.value.leftovers == (
        f"deployment {before.id} did not answer for a while; it is being activated as it was",
    )
    assert list(shared_world.service.models) == [before.model_id]
    assert shared_world.leftovers() == 0


def test_a_deployment_that_cannot_be_brought_back_is_told_and_activated_by_the_next_run(
    shared_world: World, before: Deployment
) -> None:
    away = UnavailableError("the service does not answer")
    shared_world.service.refusals.update(update=[away], activate=[away])
    with pytest.raises(UnavailableError) as failure:
        update_deployment(shared_world.ports, deactivated_first(shared_world))
    assert state(shared_world) is LifecycleState.INACTIVE

    update_deployment(shared_world.ports, shared_world.change(SETTINGS))

    assert failure.value.leftovers == (
        (
            f"deployment {before.id} may be INACTIVE: the service does not answer; 'oci-mlflow activate "
            f"-t oci-datascience://memory --name {before.id}' or the same update activates it"
        ),
    )
    assert shared_world.orders() == ["deactivate", "update", "activate"]
    assert state(shared_world) is LifecycleState.ACTIVE
    assert shared_world.leftovers() == 0


def test_an_activation_that_fails_is_told_with_how_to_go_on(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes += [Outcome(), Outcome(), Outcome(failure="no capacity", falls_back=True)]

    with pytest.raises(DeploymentFailedError) as failure:
        update_deployment(shared_world.ports, deactivated_first(shared_world, "models:/fraud/2"))

    (line, _) = failure.value.leftovers
    assert line == (
        f"deployment {before.id} is INACTIVE and does not answer; 'oci-mlflow activate "
        f"-t oci-datascience://memory --name {before.id}' or the same update activates it"
    )
    assert failure.value.hint == (
        "Done: deactivate; change. Not done: activate; record of the model. The same command goes on from there."
    )


def test_a_deployment_that_an_activation_lets_fail_is_to_be_deleted(
    shared_world: World, before: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(_lifecycle: object, _deployment_id: str) -> Deployment:
        return attrs.evolve(before, state=LifecycleState.FAILED)

    shared_world.service.outcomes += [Outcome(), Outcome(), Outcome(failure="no capacity")]
    monkeypatch.setattr(type(shared_world.service.lifecycle), "get", failed)

    with pytest.raises(DeploymentFailedError) as failure:
        update_deployment(shared_world.ports, deactivated_first(shared_world))

    assert failure.value.leftovers == (
        f"deployment {before.id} is FAILED and does not answer; no update brings it back",
    )
    assert failure.value.hint == "Done: deactivate; change. Not done: activate. Delete it and create it again."


def test_the_same_command_converges_after_an_activation_that_failed(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes += [Outcome(), Outcome(), Outcome(failure="no capacity", falls_back=True)]
    with pytest.raises(DeploymentFailedError):
        update_deployment(shared_world.ports, deactivated_first(shared_world, "models:/fraud/2"))

    after = update_deployment(shared_world.ports, deactivated_first(shared_world, "models:/fraud/2"))

    assert (after.state, after.model_uri) == (LifecycleState.ACTIVE, "models:/fraud/2")
    assert list(shared_world.service.models) == [after.model_id]
    assert shared_world.leftovers() == 0


def test_a_deactivation_that_fails_changes_nothing(shared_world: World, before: Deployment) -> None:
    shared_world.service.outcomes.append(Outcome(failure="it hangs", falls_back=True))

    with pytest.raises(DeploymentFailedError):
        update_deployment(shared_world.ports, deactivated_first(shared_world))

    assert shared_world.orders() == ["deactivate"]
    assert state(shared_world) is LifecycleState.ACTIVE
    assert shared_world.leftovers() == 0


def test_ctrl_c_while_it_is_deactivated_is_told_and_mended_by_the_same_command(
    shared_world: World, before: Deployment
) -> None:
    with pytest.raises(CancelledError) as failure:
        update_deployment(interrupting(shared_world), deactivated_first(shared_world))

    after = update_deployment(shared_world.ports, deactivated_first(shared_world))

    assert failure.value.leftovers[1] == (
        f"deployment {before.id} is UPDATING; if it is INACTIVE then, 'oci-mlflow activate "
        f"-t oci-datascience://memory --name {before.id}' or the same update activates it"
    )
    assert shared_world.orders() == ["deactivate", "update", "activate"]
    assert after.state is LifecycleState.ACTIVE
    assert shared_world.leftovers() == 0


def test_a_deployment_that_the_user_deactivated_stays_so(shared_world: World, before: Deployment) -> None:
    shared_world.service.lifecycle.deactivate(before.id)

    after = update_deployment(without_journal(shared_world), shared_world.change(SETTINGS, "models:/fraud/2"))

    assert shared_world.orders() == ["deactivate", "update", "update"]
    assert (after.state, after.model_uri) == (LifecycleState.INACTIVE, "models:/fraud/2")
    assert list(shared_world.service.models) == [after.model_id]
