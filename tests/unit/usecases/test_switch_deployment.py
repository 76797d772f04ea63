"""Switching a deployment off and on."""

from __future__ import annotations

import pytest
from usecases_world import World, interrupting

from oci_mlflow_core.errors import CancelledError, ConflictError, DeploymentFailedError, TimedOutError, UnavailableError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.testing.memory_deploy_service import Outcome
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.predict import predict
from oci_mlflow_core.usecases.requests import SwitchDeployment
from oci_mlflow_core.usecases.switch_deployment import Switch, switch_deployment

FRAUD = SwitchDeployment(name="fraud")


@pytest.fixture
def active(world: World) -> Deployment:
    return create_deployment(world.ports, world.create())


@pytest.fixture
def inactive(world: World, active: Deployment) -> Deployment:
    return switch_deployment(world.ports, FRAUD, Switch.DEACTIVATE)


def test_a_deactivated_deployment_keeps_its_ocid_and_url(active: Deployment, inactive: Deployment) -> None:
    assert (inactive.state, inactive.id, inactive.url) == (LifecycleState.INACTIVE, active.id, active.url)


def test_an_inactive_deployment_serves_again(world: World, inactive: Deployment) -> None:
    again = switch_deployment(world.ports, FRAUD, Switch.ACTIVATE)

    assert (again.state, again.id, again.model_id) == (LifecycleState.ACTIVE, inactive.id, inactive.model_id)


def test_what_is_in_that_state_already_is_left_alone(world: World, active: Deployment) -> None:
    calls = list(world.service.calls)

    same = switch_deployment(world.ports, FRAUD, Switch.ACTIVATE)

    assert same == active
    assert world.service.calls == calls
    assert world.progress.notes[-1] == "deployment 'fraud' is ACTIVE already"


def test_without_wait_it_returns_once_it_is_ordered(world: World, active: Deployment) -> None:
    request = SwitchDeployment(name="fraud", options=CommandOptions(wait=False))

    assert switch_deployment(world.ports, request, Switch.DEACTIVATE).state is LifecycleState.UPDATING


def test_what_does_not_come_up_again_is_told(world: World, inactive: Deployment) -> None:
    world.service.outcomes.append(Outcome(failure="no capacity"))

    with pytest.raises(DeploymentFailedError) as caught:
        switch_deployment(world.ports, FRAUD, Switch.ACTIVATE)

    assert caught.value.reason == "no capacity"


def test_the_deadline_holds(world: World, active: Deployment) -> None:
    world.service.outcomes.append(Outcome(looks=None))

    with pytest.raises(TimedOutError):
        switch_deployment(
            world.ports, SwitchDeployment(name="fraud", options=CommandOptions(timeout=5)), Switch.DEACTIVATE
        )


def test_ctrl_c_leaves_it_to_the_service(world: World, active: Deployment) -> None:
    world.service.outcomes.append(Outcome(looks=None))

    with pytest.raises(CancelledError) as caught:
        switch_deployment(interrupting(world), FRAUD, Switch.DEACTIVATE)

    assert str(caught.value) == "cancelled while waiting for deployment 'fraud'"
    assert caught.value.hint == "It goes on to deactivate; 'mlflow deployments get' says when it is done."


def test_a_deployment_that_failed_is_not_switched(world: World, active: Deployment) -> None:
    world.service.kill(active.id)

    with pytest.raises(ConflictError) as caught:
        switch_deployment(world.ports, FRAUD, Switch.ACTIVATE)

    assert str(caught.value) == f"deployment 'fraud' ({active.id}) is FAILED and cannot be activated now"
    assert caught.value.hint == "Delete it and create it again."


def test_an_inactive_deployment_is_not_asked_for_predictions(world: World, inactive: Deployment) -> None:
    with pytest.raises(UnavailableError) as refusal:
        predict(world.service, "fraud", b"{}")

    assert inactive.state is LifecycleState.INACTIVE
    assert str(refusal.value) == "deployment 'fraud' is INACTIVE and does not answer"
    assert refusal.value.hint == "'oci-mlflow activate' lets it serve again."
