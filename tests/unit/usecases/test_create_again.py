"""The same create again, after a run that came to no end: known by its journal, or from the service alone."""

from __future__ import annotations

import attrs
import pytest
from usecases_world import World, interrupting, losing_answers, without_journal

from oci_mlflow_core.errors import (
    CancelledError,
    ConflictError,
    DeploymentFailedError,
    NameInUseError,
    TimedOutError,
    UnavailableError,
)
from oci_mlflow_core.model.deployment import ARTIFACT_TAG, RUN_TAG, Deployment, LifecycleState
from oci_mlflow_core.model.options import OnFailure
from oci_mlflow_core.ports.journal import JournalRecord
from oci_mlflow_core.testing.memory_deploy_service import Outcome
from oci_mlflow_core.testing.runs import MemoryRuns
from oci_mlflow_core.usecases.create_deployment import create_deployment, plan_create
from oci_mlflow_core.usecases.delete_deployment import delete_deployment
from oci_mlflow_core.usecases.ports import Ports


def interrupted(world: World, looks: int | None = 1) -> Deployment:
    """A deployment that is being created, and whose command was interrupted."""
    world.service.outcomes.append(Outcome(looks=looks))
    with pytest.raises(CancelledError):
        create_deployment(interrupting(world), world.create())
    (deployment,) = world.deployments()
    return deployment


def of_another_machine(world: World) -> Ports:
    """The ports of a machine that has no journal and knows nothing of the run."""
    return attrs.evolve(without_journal(world), runs=MemoryRuns())


def becomes(world: World, deployment: Deployment, state: LifecycleState) -> None:
    entry = world.service.deployments[deployment.id]
    entry.outcome = attrs.evolve(entry.outcome, looks=0)
    entry.deployment = attrs.evolve(entry.deployment, state=state)


@pytest.mark.parametrize("machine", ["this", "another"])
@pytest.mark.parametrize("state", [LifecycleState.CREATING, LifecycleState.ACTIVE])
def test_a_deployment_without_a_journal_is_gone_on_with(
    shared_world: World, state: LifecycleState, machine: str
) -> None:
    left = interrupted(shared_world)
    becomes(shared_world, left, state)
    ports = without_journal(shared_world) if machine == "this" else of_another_machine(shared_world)

    deployment = create_deployment(ports, shared_world.create())

    assert (deployment.id, deployment.state) == (left.id, LifecycleState.ACTIVE)
    assert shared_world.orders() == ["create"]
    assert shared_world.linked("models:/fraud/1")["model-deployment-ocid"] == left.id


def test_a_deployment_without_a_journal_that_failed_is_removed_with_its_model_and_made_anew(
    shared_world: World,
) -> None:
    left = interrupted(shared_world)
    becomes(shared_world, left, LifecycleState.FAILED)

    deployment = create_deployment(without_journal(shared_world), shared_world.create())

    assert [each.id for each in shared_world.deployments()] == [deployment.id] != [left.id]
    assert list(shared_world.service.models) == [deployment.model_id]


@pytest.mark.parametrize("state", [LifecycleState.ACTIVE, LifecycleState.FAILED, LifecycleState.INACTIVE])
def test_a_deployment_that_was_linked_is_complete_and_has_its_name(shared_world: World, state: LifecycleState) -> None:
    made = create_deployment(shared_world.ports, shared_world.create())
    becomes(shared_world, made, state)

    with pytest.raises(NameInUseError) as failure:
        create_deployment(without_journal(shared_world), shared_world.create())

    assert str(failure.value) == f"a deployment called 'fraud' exists already ({made.id}, {state})"
    assert shared_world.orders() == ["create"]


@pytest.mark.parametrize("has_journal", [True, False])
@pytest.mark.parametrize("state", [LifecycleState.INACTIVE, LifecycleState.NEEDS_ATTENTION, LifecycleState.UPDATING])
def test_a_deployment_that_somebody_changed_since_is_left_alone(
    shared_world: World,
    state: LifecycleState,
    has_journal: bool,  # noqa: FBT001
) -> None:
    left = create_deployment(shared_world.ports, shared_world.create(wait=False))
    becomes(shared_world, left, state)
    ports = shared_world.ports if has_journal else without_journal(shared_world)

    with pytest.raises(NameInUseError):
        create_deployment(ports, shared_world.create())

    assert [each.id for each in shared_world.deployments()] == [left.id]
    assert list(shared_world.service.models) == [left.model_id]


def test_a_run_that_goes_on_is_not_disturbed(shared_world: World) -> None:
    left = interrupted(shared_world)
    runs = shared_world.ports.runs
    assert isinstance(runs, MemoryRuns)
    runs.living.add(left.freeform_tags[RUN_TAG])

    with pytest.raises(ConflictError) as failure:
        create_deployment(without_journal(shared_world), shared_world.create())

    assert str(failure.value) == f"another command is creating deployment 'fraud' now ({left.id})"
    assert [each.id for each in shared_world.deployments()] == [left.id]


def test_what_another_request_made_is_not_this_ones(shared_world: World) -> None:
    left = interrupted(shared_world)

    with pytest.raises(NameInUseError) as failure:
        create_deployment(without_journal(shared_world), shared_world.create("models:/fraud/2"))

    assert str(failure.value) == f"a deployment called 'fraud' exists already ({left.id}, CREATING)"


def test_what_was_not_waited_for_is_waited_for_by_the_same_command(shared_world: World) -> None:
    ordered = create_deployment(shared_world.ports, shared_world.create(wait=False))
    told_before = shared_world.linked("models:/fraud/1")

    deployment = create_deployment(shared_world.ports, shared_world.create())

    assert told_before == {}
    assert (deployment.id, deployment.state) == (ordered.id, LifecycleState.ACTIVE)
    assert shared_world.linked("models:/fraud/1")["model-deployment-ocid"] == ordered.id
    assert shared_world.leftovers() == 0
    assert "the registry is told when the same command waits for the deployment (wait=true)" in (
        shared_world.progress.notes
    )


@pytest.mark.parametrize("has_journal", [True, False])
def test_a_deployment_that_is_gone_on_with_and_fails_is_taken_back_with_its_model(
    shared_world: World,
    has_journal: bool,  # noqa: FBT001
) -> None:
    left = interrupted(shared_world)
    shared_world.service.deployments[left.id].outcome = Outcome(failure="the model does not load")
    ports = shared_world.ports if has_journal else without_journal(shared_world)

    with pytest.raises(DeploymentFailedError) as failure:
        create_deployment(ports, shared_world.create())

    assert failure.value.leftovers == ()
    assert shared_world.deployments() == []
    assert shared_world.service.models == {}


def test_a_deployment_that_is_gone_on_with_and_fails_is_kept_where_the_user_asked_for_it(shared_world: World) -> None:
    left = interrupted(shared_world)
    shared_world.service.deployments[left.id].outcome = Outcome(failure="the model does not load")

    with pytest.raises(DeploymentFailedError) as failure:
        create_deployment(shared_world.ports, shared_world.create(on_failure=OnFailure.KEEP))

    assert failure.value.leftovers == (
        f"model {left.model_id} (kept, as asked)",
        f"deployment {left.id} (kept, as asked)",
    )
    assert shared_world.leftovers() == 0


def test_a_second_interruption_leaves_it_to_a_third_run(shared_world: World) -> None:
    left = interrupted(shared_world, looks=None)
    with pytest.raises(TimedOutError):
        create_deployment(shared_world.ports, shared_world.create(timeout=5.0))
    shared_world.service.deployments[left.id].outcome = Outcome()

    deployment = create_deployment(shared_world.ports, shared_world.create())

    assert (deployment.id, shared_world.orders()) == (left.id, ["create"])
    assert shared_world.leftovers() == 0


def test_other_leftovers_go_and_the_model_of_the_deployment_stays(shared_world: World) -> None:
    left = interrupted(shared_world)
    model = shared_world.service.models[left.model_id]
    shared_world.service.models["orphan"] = attrs.evolve(model, id="orphan")
    with shared_world.journal.open(str(shared_world.ports.target), "fraud") as entry:
        entry.made(JournalRecord(kind="model", run_id="killed", id="orphan"))
        entry.intend(JournalRecord(kind="deployment", run_id="never made"))

    deployment = create_deployment(shared_world.ports, shared_world.create())

    assert deployment.id == left.id
    assert list(shared_world.service.models) == [left.model_id]
    assert shared_world.leftovers() == 0


def test_the_plan_says_that_it_goes_on(shared_world: World) -> None:
    left = interrupted(shared_world)

    plan = plan_create(without_journal(shared_world), shared_world.create())

    assert str(plan) == (
        "plan to create 'fraud':\n"
        f"  1. go on with the deployment 'fraud' (an interrupted run of the same command created it ({left.id}))\n"
        "  2. wait until the deployment answers (at most 2400 s)\n"
        "  3. tag models:/fraud/1 with the deployment (so that the registry knows where it is served)"
    )


def test_a_model_of_a_lost_run_is_used_and_is_not_taken_back(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create())
    (model_id,) = shared_world.service.models
    delete_deployment(shared_world.ports, shared_world.delete(keep_model=True))
    shared_world.service.outcomes.append(Outcome(failure="no capacity"))

    with pytest.raises(DeploymentFailedError):
        create_deployment(without_journal(shared_world), shared_world.create())

    assert list(shared_world.service.models) == [model_id]
    assert [name for name, _ in shared_world.service.calls].count("register") == 1


def test_a_model_without_its_artifact_is_not_used(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create())
    (model_id,) = shared_world.service.models
    delete_deployment(shared_world.ports, shared_world.delete(keep_model=True))
    model = shared_world.service.models[model_id]
    shared_world.service.models[model_id] = attrs.evolve(model, complete=False)

    deployment = create_deployment(without_journal(shared_world), shared_world.create())

    assert deployment.model_id != model_id
    assert (
        model.freeform_tags[ARTIFACT_TAG]
        == (shared_world.service.models[deployment.model_id].freeform_tags[ARTIFACT_TAG])
    )


@pytest.mark.parametrize("kind", ["models", "deployments"])
def test_what_was_made_although_the_answer_was_lost_is_removed_by_the_next_run(
    shared_world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> tuple[object, ...]:
        raise UnavailableError("the service does not answer")

    ports = losing_answers(shared_world, kind)
    with monkeypatch.context() as patch:
        patch.setattr("oci_mlflow_core.usecases.leftovers.identified", away)
        with pytest.raises(UnavailableError) as failure:
            create_deployment(ports, shared_world.create())
    one = kind.removesuffix("s")

    deployment = create_deployment(shared_world.ports, shared_world.create(relock=True))

    assert failure.value.leftovers[0] == (
        f"perhaps a {one}, whose making was not confirmed: the service does not answer; the next run removes it"
    )
    assert len(shared_world.deployments()) == len(shared_world.service.models) == 1
    assert deployment.state is LifecycleState.ACTIVE
    assert shared_world.leftovers() == 0


def test_the_token_of_an_order_is_in_the_journal_before_the_order(shared_world: World) -> None:
    left = interrupted(shared_world)

    with shared_world.journal.open(str(shared_world.ports.target), "fraud") as entry:
        tokens = {record.kind: record.retry_token for record in entry.leftovers}

    assert tokens["deployment"] == shared_world.service.deployments[left.id].retry_token
    assert len(set(tokens.values())) == 2
    assert all(tokens.values())


def test_a_service_that_had_another_one_first_withdraws_what_was_made(shared_world: World) -> None:
    shared_world.service.refusals["create"] = [NameInUseError("another was first")]

    with pytest.raises(NameInUseError) as failure:
        create_deployment(shared_world.ports, shared_world.create())

    assert failure.value.leftovers == ()
    assert shared_world.nothing_is_left()


def test_a_model_that_another_run_serves_meanwhile_stays_when_what_was_made_is_taken_back(shared_world: World) -> None:
    theirs = create_deployment(shared_world.ports, shared_world.create(name="theirs"))
    model = shared_world.service.models.pop(theirs.model_id)
    register = shared_world.service.number

    def registering() -> int:
        # the same artifact comes to be served by the other command's deployment
        number = register()
        made = attrs.evolve(model, id=f"ocid1.datasciencemodel.oc1.memory.{number:060}")
        entry = shared_world.service.deployments[theirs.id]
        entry.deployment = attrs.evolve(entry.deployment, model_id=made.id)
        return number

    shared_world.service.number = registering  # type: ignore[method-assign]
    shared_world.service.refusals["create"] = [NameInUseError("another was first")]

    with pytest.raises(NameInUseError) as failure:
        create_deployment(shared_world.ports, shared_world.create())

    assert failure.value.leftovers == ()
    assert shared_world.leftovers() == 0
    assert len(shared_world.service.models) == 1
