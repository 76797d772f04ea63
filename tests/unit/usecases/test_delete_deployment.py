"""Removing a deployment."""

from __future__ import annotations

import attrs
import pytest
from usecases_world import World

from oci_mlflow_core.errors import AmbiguousNameError, UnavailableError
from oci_mlflow_core.ports.journal import JournalRecord
from oci_mlflow_core.testing.memory_deploy_service import Outcome
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
