"""Changing a deployment."""

from __future__ import annotations

import pytest
from usecases_world import World, interrupting

from oci_mlflow_core.errors import (
    CancelledError,
    ConflictError,
    DeploymentFailedError,
    InvalidRequestError,
    NoSuchDeploymentError,
    TimedOutError,
    UnavailableError,
)
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.model.environment import Platform
from oci_mlflow_core.planning.plan import LockEnvironment
from oci_mlflow_core.testing.memory_deploy_service import Outcome
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.update_deployment import plan_update, update_deployment

REPLICAS = """\
kind: deployment
spec:
  infrastructure:
    kind: infrastructure
    type: modelDeployment
    spec:
      replica: 3
"""
SHAPE = """\
kind: deployment
spec:
  infrastructure:
    kind: infrastructure
    type: modelDeployment
    spec:
      shapeName: {shape}
      shapeConfigDetails: {{ocpus: 1, memoryInGBs: 16}}
"""
SCORED = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      scoreCode: {path}
"""


@pytest.fixture
def before(world: World) -> Deployment:
    return create_deployment(world.ports, world.create())


def test_another_model_replaces_the_served_one_and_its_catalog_model(world: World, before: Deployment) -> None:
    after = update_deployment(world.ports, world.update("models:/fraud/2"))

    assert (after.id, after.url, after.model_uri) == (before.id, before.url, "models:/fraud/2")
    assert list(world.service.models) == [after.model_id]
    assert after.model_id != before.model_id
    assert world.leftovers() == 0


def test_an_unchanged_environment_is_not_built_again(world: World, before: Deployment) -> None:
    update_deployment(world.ports, world.update("models:/fraud/2"))

    assert (world.builder.locked, world.builder.built) == (1, 1)


def test_a_changed_environment_is_built_where_the_old_pack_is(world: World, before: Deployment) -> None:
    after = update_deployment(world.ports, world.update("models:/fraud/3"))

    assert world.builder.built == 2
    assert after.pack_uri.rpartition("/cpu/")[0] == before.pack_uri.rpartition("/cpu/")[0]
    assert after.pack_uri != before.pack_uri


def test_a_new_model_gets_a_pack_for_the_machines_that_the_deployment_has(world: World) -> None:
    create_deployment(world.ports, world.create(text=SHAPE.format(shape="VM.Standard.A1.Flex")))

    plan = plan_update(world.ports, world.update("models:/fraud/3", text=REPLICAS))

    [locking] = [step for step in plan.steps if isinstance(step, LockEnvironment)]
    assert locking.request.platform is Platform.LINUX_AARCH64


def test_machines_with_another_processor_get_a_pack_of_the_same_model(world: World, before: Deployment) -> None:
    after = update_deployment(world.ports, world.update(text=SHAPE.format(shape="VM.Standard.A1.Flex")))

    assert after.model_uri == before.model_uri
    assert after.pack_uri != before.pack_uri
    assert world.builder.built == 2


def test_other_machines_with_the_same_processor_keep_the_pack(world: World, before: Deployment) -> None:
    after = update_deployment(world.ports, world.update(text=SHAPE.format(shape="VM.Standard.E4.Flex")))

    assert (after.model_id, world.builder.built) == (before.model_id, 1)


def test_a_setting_is_changed_without_touching_the_model(world: World, before: Deployment) -> None:
    after = update_deployment(world.ports, world.update(text=REPLICAS))

    assert after.model_id == before.model_id
    assert world.service.lifecycle.describe(after.id).infrastructure.replica == 3


def test_one_environment_variable_is_set_or_removed_without_the_others(world: World) -> None:
    env = "kind: deployment\nspec:\n  runtime:\n    type: conda\n    spec:\n      env: {ONE: '1', TWO: '2'}\n"
    deployment = create_deployment(world.ports, world.create(text=env))

    update_deployment(world.ports, world.change({"spec.runtime.spec.env.ONE": "3", "spec.runtime.spec.env.TWO": None}))
    update_deployment(world.ports, world.change({"spec.runtime.spec.env.MORE": "4"}))

    described = world.service.lifecycle.describe(deployment.id)
    assert described.environment_variables == {"ONE": "3", "MORE": "4"}


def test_the_plan_shows_the_difference(world: World, before: Deployment) -> None:
    plan = plan_update(world.ports, world.update(text=REPLICAS))

    assert str(plan) == (
        "plan to update 'fraud':\n"
        "  1. update the deployment 'fraud' (spec.infrastructure.spec.replica: (none) → 3)\n"
        "  2. wait until the deployment answers (at most 2400 s)\n"
        "  note: on this machine spec.infrastructure.spec has no effect for replica"
    )


def test_a_file_that_changes_nothing_calls_nothing(world: World, before: Deployment) -> None:
    update_deployment(world.ports, world.update(text=REPLICAS))
    calls = list(world.service.calls)

    update_deployment(world.ports, world.update(text=REPLICAS))

    assert world.service.calls == calls
    assert world.progress.notes[-1] == "deployment 'fraud' is as it should be; nothing was changed"


def test_the_same_model_again_changes_nothing(world: World, before: Deployment) -> None:
    after = update_deployment(world.ports, world.update("models:/fraud/1"))

    assert after.model_id == before.model_id
    assert list(world.service.models) == [before.model_id]
    assert world.leftovers() == 0


def test_an_update_that_fails_leaves_the_old_model_in_service(world: World, before: Deployment) -> None:
    world.service.outcomes.append(Outcome(failure="the new model does not load"))

    with pytest.raises(DeploymentFailedError) as failure:
        update_deployment(world.ports, world.update("models:/fraud/2"))

    assert failure.value.reason == "the new model does not load"
    assert world.service.lifecycle.describe(before.id).model_id == before.model_id
    assert list(world.service.models) == [before.model_id]


def test_an_update_after_a_failed_one_succeeds(world: World, before: Deployment) -> None:
    world.service.outcomes.append(Outcome(failure="no"))
    with pytest.raises(DeploymentFailedError):
        update_deployment(world.ports, world.update("models:/fraud/2"))

    after = update_deployment(world.ports, world.update("models:/fraud/3"))

    assert after.state is LifecycleState.ACTIVE
    assert list(world.service.models) == [after.model_id]
    assert world.leftovers() == 0


@pytest.mark.parametrize("call", ["register", "update"])
def test_a_service_that_refuses_leaves_what_was(call: str, world: World, before: Deployment) -> None:
    world.service.refusals[call] = [UnavailableError("the service does not answer")]

    with pytest.raises(UnavailableError):
        update_deployment(world.ports, world.update("models:/fraud/2"))

    assert list(world.service.models) == [before.model_id]
    assert world.deployments()[0].model_id == before.model_id


def test_an_interrupted_update_is_cleaned_up_after_by_the_next(world: World, before: Deployment) -> None:
    world.service.outcomes.append(Outcome(looks=None))
    with pytest.raises(CancelledError):
        update_deployment(interrupting(world), world.update("models:/fraud/2"))
    world.service.deployments[before.id].outcome = Outcome()
    world.service.lifecycle.observe(before.id)
    world.service.lifecycle.observe(before.id)

    after = update_deployment(world.ports, world.update("models:/fraud/3"))

    assert list(world.service.models) == [after.model_id]
    assert world.leftovers() == 0


def test_a_deployment_that_failed_is_not_called_as_it_should_be(world: World, before: Deployment) -> None:
    world.service.kill(before.id)

    with pytest.raises(ConflictError) as failure:
        update_deployment(world.ports, world.update())

    assert str(failure.value) == (
        f"deployment 'fraud' ({before.id}) is FAILED and cannot be updated now: the server was killed"
    )
    assert failure.value.hint == "Delete it and create it again."


def test_a_deadline_is_told(world: World, before: Deployment) -> None:
    world.service.outcomes.append(Outcome(looks=None))

    with pytest.raises(TimedOutError):
        update_deployment(world.ports, world.update("models:/fraud/2", timeout=5.0))


def test_a_deployment_with_a_score_py_of_its_own_does_not_lose_it(world: World) -> None:
    path = world.score_code("def load_model(): ...\ndef predict(data, model=load_model()): return data\n")
    create_deployment(world.ports, world.create(text=SCORED.format(path=path)))

    with pytest.raises(InvalidRequestError) as failure:
        update_deployment(world.ports, world.update("models:/fraud/2"))

    assert str(failure.value) == (
        "deployment 'fraud' answers with a score.py of your own (mine.py), and the new model's artifact needs it too"
    )


def test_null_gives_the_own_score_py_up(world: World) -> None:
    path = world.score_code("def load_model(): ...\ndef predict(data, model=load_model()): return data\n")
    create_deployment(world.ports, world.create(text=SCORED.format(path=path)))

    after = update_deployment(world.ports, world.update("models:/fraud/2", SCORED.format(path="null")))

    assert "oci_mlflow_score_code" not in after.freeform_tags


def test_a_name_that_is_not_there(world: World, before: Deployment) -> None:
    request = world.update("models:/fraud/2").__class__(name="frued", loaded=world.loaded(), model_uri=None)

    with pytest.raises(NoSuchDeploymentError) as failure:
        update_deployment(world.ports, request)

    assert (str(failure.value), failure.value.hint) == ("no deployment is called 'frued'", "Did you mean 'fraud'?")


def test_the_registry_is_told_of_the_new_version_and_forgets_the_old(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create())

    after = update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    assert shared_world.source.links.get("models:/fraud/1", {}) == {}
    assert shared_world.source.links["models:/fraud/2"]["model-deployment-ocid.fraud"] == after.id
