"""Removing a deployment."""

from __future__ import annotations

import attrs
import pytest
from usecases_world import World

from oci_mlflow_core.errors import AmbiguousNameError, ConflictError, UnavailableError
from oci_mlflow_core.ports.journal import JournalRecord
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.testing.memory_deploy_service import MemoryLifecycle, Outcome
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.delete_deployment import delete_deployment, plan_delete


def test_the_deployment_goes_with_its_model(world: World) -> None:
    create_deployment(world.ports, world.create())

    delete_deployment(world.ports, world.delete())

    assert world.nothing_is_left()


def test_what_is_not_there_is_no_error(world: World) -> None:
    assert delete_deployment(world.ports, world.delete()) is None
    assert world.progress.notes == ["no deployment is called 'fraud'; there was nothing to delete"]


def test_the_model_stays_when_asked(world: World) -> None:
    deployment = create_deployment(world.ports, world.create())

    delete_deployment(world.ports, world.delete(keep_model=True))

    assert list(world.service.models) == [deployment.model_id]
    assert world.deployments() == []
    assert world.leftovers() == 0


def test_a_model_that_another_deployment_serves_stays(world: World) -> None:
    create_deployment(world.ports, world.create())
    other = create_deployment(world.ports, world.create(name="other"))

    delete_deployment(world.ports, world.delete())

    assert [deployment.name for deployment in world.deployments()] == ["other"]
    assert list(world.service.models) == [other.model_id]


def test_a_plan_changes_nothing(world: World) -> None:
    deployment = create_deployment(world.ports, world.create())

    plan = plan_delete(world.ports, world.delete())

    assert str(plan) == (
        "plan to delete 'fraud':\n"
        f"  1. delete the deployment 'fraud' ({deployment.id})\n"
        f"  2. delete the catalog model {deployment.model_id} (it was registered for this deployment)"
    )
    assert [each.id for each in world.deployments()] == [deployment.id]


def test_a_service_that_fails_half_way_is_finished_by_the_next_run(world: World) -> None:
    create_deployment(world.ports, world.create())
    world.service.refusals["delete_model"] = [UnavailableError("the service does not answer")]
    with pytest.raises(UnavailableError):
        delete_deployment(world.ports, world.delete())

    delete_deployment(world.ports, world.delete())

    assert world.nothing_is_left()


def test_a_model_that_could_not_be_removed_is_listed(world: World) -> None:
    deployment = create_deployment(world.ports, world.create())
    world.service.refusals["delete_model"] = [UnavailableError("the service does not answer")]

    with pytest.raises(UnavailableError) as refusal:
        delete_deployment(world.ports, world.delete())

    assert refusal.value.leftovers == (f"model {deployment.model_id}: the next run removes it",)


def test_a_delete_that_leaves_the_deployment_as_it_was_leaves_no_record(world: World) -> None:
    create_deployment(world.ports, world.create())
    world.service.refusals["delete"] = [UnavailableError("the service does not answer")]

    with pytest.raises(UnavailableError) as refusal:
        delete_deployment(world.ports, world.delete())

    assert refusal.value.leftovers == ()
    assert world.leftovers() == 0


def test_a_model_that_something_unseen_uses_is_tried_again_by_the_next_run(world: World) -> None:
    deployment = create_deployment(world.ports, world.create())
    world.service.refusals["delete_model"] = [ConflictError("it is in use")]
    delete_deployment(world.ports, world.delete())
    assert list(world.service.models) == [deployment.model_id]
    assert world.progress.notes == [
        f"model {deployment.model_id} stays: it is in use; the next run tries to remove it again"
    ]

    delete_deployment(world.ports, world.delete())

    assert world.nothing_is_left()


def test_what_a_killed_create_left_goes_too(world: World) -> None:
    deployment = create_deployment(world.ports, world.create())
    with world.journal.open(str(world.ports.target), "fraud") as entry:
        entry.made(JournalRecord(kind="model", run_id="killed", id=deployment.model_id))
        entry.made(JournalRecord(kind="deployment", run_id="killed", id=deployment.id))
        entry.intend(JournalRecord(kind="deployment", run_id="never made"))

    delete_deployment(world.ports, world.delete())

    assert world.nothing_is_left()


def test_a_deployment_that_still_waits_can_be_deleted(world: World) -> None:
    world.service.outcomes.append(Outcome(looks=None))
    create_deployment(world.ports, world.create(wait=False))

    delete_deployment(world.ports, world.delete())

    assert world.nothing_is_left()


def test_a_name_that_fits_several_lists_their_ocids(world: World) -> None:
    first = create_deployment(world.ports, world.create())
    second = create_deployment(world.ports, world.create(name="other"))
    entry = world.service.deployments[second.id]
    entry.deployment = attrs.evolve(entry.deployment, name="fraud")

    with pytest.raises(AmbiguousNameError) as failure:
        delete_deployment(world.ports, world.delete())

    assert set(failure.value.ids) == {first.id, second.id}
    assert str(failure.value).splitlines()[0] == "2 deployments are called 'fraud':"


def test_the_registry_forgets_the_deployment(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create())

    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.source.links["models:/fraud/1"] == {}


def test_the_plan_for_a_shared_service_takes_the_tags_off_first(shared_world: World) -> None:
    deployment = create_deployment(shared_world.ports, shared_world.create())

    plan = plan_delete(shared_world.ports, shared_world.delete())

    assert [step.title for step in plan.steps] == [
        "take the deployment's tags off models:/fraud/1",
        "delete the deployment 'fraud'",
        f"delete the catalog model {deployment.model_id}",
    ]


def test_the_registry_goes_on_to_name_a_later_deployment_of_the_version(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create())
    later = create_deployment(shared_world.ports, shared_world.create(name="theft"))

    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.linked("models:/fraud/1") == {
        "model-ocid": later.model_id,
        "model-deployment-ocid": later.id,
        "model-deployment-endpoint": later.url,
        "model-ocid.theft": later.model_id,
        "model-deployment-ocid.theft": later.id,
        "model-deployment-endpoint.theft": later.url,
    }


def test_the_registry_goes_on_to_name_a_deployment_that_could_not_be_deleted(shared_world: World) -> None:
    deployment = create_deployment(shared_world.ports, shared_world.create())
    linked = dict(shared_world.linked("models:/fraud/1"))
    shared_world.service.refusals["delete"] = [UnavailableError("the service does not answer")]

    with pytest.raises(UnavailableError):
        delete_deployment(shared_world.ports, shared_world.delete())

    assert [each.id for each in shared_world.deployments()] == [deployment.id]
    assert shared_world.linked("models:/fraud/1") == linked


@pytest.mark.parametrize("call", ["delete", "delete_model"])
def test_a_delete_that_failed_leaves_nothing_when_it_is_run_again(shared_world: World, call: str) -> None:
    create_deployment(shared_world.ports, shared_world.create())
    shared_world.service.refusals[call] = [UnavailableError("the service does not answer")]
    with pytest.raises(UnavailableError):
        delete_deployment(shared_world.ports, shared_world.delete())

    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.nothing_is_left()
    assert shared_world.linked("models:/fraud/1") == {}


def test_a_delete_whose_answer_was_lost_leaves_nothing_when_it_is_run_again(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = create_deployment(shared_world.ports, shared_world.create())
    lifecycle = type(shared_world.service.lifecycle)
    delete = lifecycle.delete

    def without_answer(self: MemoryLifecycle, deployment_id: str, step: Step) -> None:
        delete(self, deployment_id, step)
        raise UnavailableError("the answer was lost")

    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "delete", without_answer)
        with pytest.raises(UnavailableError):
            delete_deployment(shared_world.ports, shared_world.delete())
    assert list(shared_world.service.models) == [deployment.model_id]

    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.nothing_is_left()
    assert shared_world.linked("models:/fraud/1") == {}


def test_a_registry_that_is_away_stops_no_delete(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create())
    del shared_world.source.models["models:/fraud/1"]

    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.nothing_is_left()
    assert shared_world.progress.notes == [
        "the registry still names the deployment on models:/fraud/1: models:/fraud/1: there is no such model"
    ]


def test_the_model_stays_when_asked_and_the_registry_forgets_the_deployment(shared_world: World) -> None:
    deployment = create_deployment(shared_world.ports, shared_world.create())

    delete_deployment(shared_world.ports, shared_world.delete(keep_model=True))

    assert list(shared_world.service.models) == [deployment.model_id]
    assert shared_world.linked("models:/fraud/1") == {}
    assert shared_world.leftovers() == 0


def test_a_model_that_somebody_else_registered_stays(shared_world: World) -> None:
    deployment = create_deployment(shared_world.ports, shared_world.create())
    entry = shared_world.service.deployments[deployment.id]
    model = shared_world.service.models[deployment.model_id]
    shared_world.service.models["theirs"] = attrs.evolve(model, id="theirs", freeform_tags={"team": "risk"})
    entry.deployment = attrs.evolve(entry.deployment, model_id="theirs")

    delete_deployment(shared_world.ports, shared_world.delete())

    assert "theirs" in shared_world.service.models


def test_a_deployment_that_an_update_left_inactive_is_deleted_with_its_record(shared_world: World) -> None:
    deployment = create_deployment(shared_world.ports, shared_world.create())
    with shared_world.journal.open(str(shared_world.ports.target), "fraud") as journal_entry:
        journal_entry.made(JournalRecord(kind="deactivation", run_id="killed", id=deployment.id))

    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.nothing_is_left()


def test_a_record_of_a_deactivation_deletes_nothing(shared_world: World) -> None:
    with shared_world.journal.open(str(shared_world.ports.target), "fraud") as journal_entry:
        journal_entry.made(JournalRecord(kind="deactivation", run_id="killed", id="ocid1.gone"))

    delete_deployment(shared_world.ports, shared_world.delete())

    assert shared_world.service.calls == []
    assert shared_world.leftovers() == 0
