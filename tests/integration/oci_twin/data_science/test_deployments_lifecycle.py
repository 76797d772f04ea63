from __future__ import annotations

from typing import Any

import oci
import pytest
from integration.oci_twin.data_science.rig import Science, change, refused, serving
from oci_twin.data_science.behaviour import Behaviour

DONE = ["SUCCEEDED", "FAILED", "CANCELED"]
#: Operations that need nothing but the deployment's OCID.
PLAIN = ["delete_model_deployment", "activate_model_deployment", "deactivate_model_deployment"]


def _inactive(science: Science) -> str:
    deployment_id = science.active()
    science.client.deactivate_model_deployment(deployment_id)
    assert science.settled(deployment_id) == "INACTIVE"
    return deployment_id


def test_a_deployment_is_creating_at_the_first_look_and_active_at_the_second(science: Science) -> None:
    deployment_id = science.create()

    assert [science.state(deployment_id) for _ in range(3)] == ["CREATING", "ACTIVE", "ACTIVE"]


def test_composite_waiters_take_a_deployment_through_its_life(science: Science) -> None:
    composite = oci.data_science.DataScienceClientCompositeOperations(science.client)
    waiting: dict[str, Any] = {"wait_for_states": DONE, "waiter_kwargs": {"max_interval_seconds": 0}}
    details = science.deployment_details(science.model())

    created = composite.create_model_deployment_and_wait_for_state(details, **waiting).data
    deployment_id = created.resources[0].identifier
    seen = [(created.operation_type, created.status, science.state(deployment_id))]
    updates = {"update_model_deployment_details": {"displayName": "n"}}
    for verb, more in (("update", updates), ("deactivate", {}), ("activate", {}), ("delete", {})):
        wait = getattr(composite, f"{verb}_model_deployment_and_wait_for_state")
        work = wait(deployment_id, **more, **waiting).data
        seen.append((work.operation_type, work.status, science.state(deployment_id)))

    assert seen == [
        ("MODEL_DEPLOYMENT_CREATE", "SUCCEEDED", "ACTIVE"),
        ("MODEL_DEPLOYMENT_UPDATE", "SUCCEEDED", "ACTIVE"),
        ("MODEL_DEPLOYMENT_DEACTIVATE", "SUCCEEDED", "INACTIVE"),
        ("MODEL_DEPLOYMENT_ACTIVATE", "SUCCEEDED", "ACTIVE"),
        ("MODEL_DEPLOYMENT_DELETE", "SUCCEEDED", "DELETED"),
    ]


def test_wait_until_sees_a_deployment_active(science: Science) -> None:
    first = science.client.get_model_deployment(science.create())

    response = oci.wait_until(science.client, first, "lifecycle_state", "ACTIVE", max_interval_seconds=0)

    assert response.data.lifecycle_state == "ACTIVE"


def test_wait_until_sees_a_deployment_deleted(science: Science) -> None:
    deployment_id = science.active()
    first = science.client.get_model_deployment(deployment_id)
    science.client.delete_model_deployment(deployment_id)

    response = oci.wait_until(science.client, first, "lifecycle_state", "DELETED", max_interval_seconds=0)

    assert response.data.lifecycle_state == "DELETED"


@pytest.mark.parametrize(
    ("operation", "meanwhile"),
    [
        ("deactivate_model_deployment", "UPDATING"),
        ("delete_model_deployment", "DELETING"),
    ],
)
def test_an_accepted_change_has_a_state_of_its_own(science: Science, operation: str, meanwhile: str) -> None:
    deployment_id = science.active()

    response = getattr(science.client, operation)(deployment_id)

    assert response.status == 202
    assert response.data is None
    assert response.headers["opc-work-request-id"]
    assert science.state(deployment_id) == meanwhile


def test_an_activation_goes_by_way_of_updating(science: Science) -> None:
    deployment_id = _inactive(science)

    science.client.activate_model_deployment(deployment_id)

    assert [science.state(deployment_id) for _ in range(2)] == ["UPDATING", "ACTIVE"]


@pytest.mark.parametrize("operation", PLAIN)
def test_nothing_can_be_begun_while_a_deployment_is_creating(science: Science, operation: str) -> None:
    deployment_id = science.create()

    answer = refused(getattr(science.client, operation), deployment_id)

    assert answer[:2] == (409, "IncorrectState")
    assert f"{deployment_id} is CREATING" in answer[2]


@pytest.mark.parametrize("operation", PLAIN)
def test_nothing_can_be_begun_while_a_deployment_is_updating(science: Science, operation: str) -> None:
    deployment_id = science.active()
    science.update(deployment_id, displayName="n")

    assert refused(getattr(science.client, operation), deployment_id)[:2] == (409, "IncorrectState")


@pytest.mark.parametrize("operation", PLAIN)
def test_nothing_can_be_begun_while_a_deployment_is_deleting(science: Science, operation: str) -> None:
    deployment_id = science.active()
    science.client.delete_model_deployment(deployment_id)

    assert refused(getattr(science.client, operation), deployment_id)[:2] == (409, "IncorrectState")


@pytest.mark.parametrize("operation", PLAIN)
def test_nothing_can_be_begun_once_a_deployment_is_deleted(science: Science, operation: str) -> None:
    deployment_id = science.active()
    science.client.delete_model_deployment(deployment_id)
    science.settled(deployment_id)

    assert refused(getattr(science.client, operation), deployment_id)[:2] == (404, "NotAuthorizedOrNotFound")


def test_a_creating_deployment_cannot_be_updated(science: Science) -> None:
    deployment_id = science.create()

    answer = refused(science.update, deployment_id, displayName="n")

    state = f"{deployment_id} is CREATING; it can be updated when it is ACTIVE or INACTIVE or NEEDS_ATTENTION."
    assert answer == (409, "IncorrectState", state)


@pytest.mark.parametrize("begin", [Science.active, _inactive])
def test_a_settled_deployment_can_be_updated(science: Science, begin: Any) -> None:
    deployment_id = begin(science)
    before = science.state(deployment_id)

    science.update(deployment_id, displayName="n")

    assert [science.state(deployment_id) for _ in range(2)] == ["UPDATING", before]


def test_only_an_active_deployment_is_deactivated_and_only_an_inactive_one_activated(science: Science) -> None:
    active, inactive = science.active(), _inactive(science)

    wrong_on = refused(science.client.activate_model_deployment, active)
    wrong_off = refused(science.client.deactivate_model_deployment, inactive)

    assert wrong_on == (409, "IncorrectState", f"{active} is ACTIVE; it can be activated when it is INACTIVE.")
    assert wrong_off[2] == f"{inactive} is INACTIVE; it can be deactivated when it is ACTIVE or NEEDS_ATTENTION."


@pytest.mark.parametrize("begin", [Science.active, _inactive])
def test_a_settled_deployment_can_be_deleted(science: Science, begin: Any) -> None:
    deployment_id = begin(science)

    science.client.delete_model_deployment(deployment_id)

    assert science.settled(deployment_id) == "DELETED"


def test_a_failed_deployment_can_be_deleted_and_nothing_else(science: Science) -> None:
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_CREATE")
    deployment_id = science.create()
    assert science.settled(deployment_id) == "FAILED"

    for operation in ("activate_model_deployment", "deactivate_model_deployment"):
        assert refused(getattr(science.client, operation), deployment_id)[:2] == (409, "IncorrectState")
    assert refused(science.update, deployment_id, displayName="n")[:2] == (409, "IncorrectState")
    science.client.delete_model_deployment(deployment_id)
    assert science.settled(deployment_id) == "DELETED"


def test_a_deployment_that_needs_attention_can_be_mended_switched_off_and_deleted(science: Science) -> None:
    for operation in ("update", "deactivate_model_deployment", "delete_model_deployment"):
        science.twin.outcomes.needs_attention_next("MODEL_DEPLOYMENT_CREATE", "Look here.")
        deployment_id = science.create()
        assert science.settled(deployment_id) == "NEEDS_ATTENTION"

        if operation == "update":
            assert science.update(deployment_id, displayName="n").status == 202
        else:
            assert getattr(science.client, operation)(deployment_id).status == 202


def test_deactivating_what_needs_attention_can_be_forbidden() -> None:
    with serving(behaviour=Behaviour(deactivate_needs_attention=False)) as science:
        science.twin.outcomes.needs_attention_next("MODEL_DEPLOYMENT_CREATE")
        deployment_id = science.create()
        science.settled(deployment_id)

        assert refused(science.client.deactivate_model_deployment, deployment_id)[0] == 409


def test_a_deactivated_deployment_keeps_its_ocid_and_url(science: Science) -> None:
    deployment_id = science.active()
    before = science.client.get_model_deployment(deployment_id).data.model_deployment_url

    science.client.deactivate_model_deployment(deployment_id)
    science.settled(deployment_id)

    after = science.client.get_model_deployment(deployment_id).data
    assert (after.id, after.model_deployment_url) == (deployment_id, before)
    assert after.model_deployment_system_data.current_instance_count == 0


def test_a_deployment_whose_model_was_switched_off_cannot_be_activated(science: Science) -> None:
    model_id = science.model()
    deployment_id = science.active(science.deployment_details(model_id))
    science.client.deactivate_model_deployment(deployment_id)
    science.settled(deployment_id)
    science.client.deactivate_model(model_id)

    answer = refused(science.client.activate_model_deployment, deployment_id)

    assert answer == (409, "IncorrectState", f"{model_id} is INACTIVE, not ACTIVE.")


def test_a_deleted_deployment_can_be_read_for_a_day(science: Science) -> None:
    deployment_id = science.active()
    science.client.delete_model_deployment(deployment_id)
    science.settled(deployment_id)

    before = science.state(deployment_id)
    science.clock.advance(86_400)

    assert before == "DELETED"
    assert refused(science.client.get_model_deployment, deployment_id)[0] == 404
    assert science.client.list_model_deployments(science.compartment_id).data == []


def test_a_deleted_deployment_can_be_gone_at_once() -> None:
    with serving(behaviour=Behaviour(tombstone_seconds=0)) as science:
        deployment_id = science.active()
        first = science.client.get_model_deployment(deployment_id)
        science.client.delete_model_deployment(deployment_id)

        seen = oci.wait_until(
            science.client, first, "lifecycle_state", "DELETED", max_interval_seconds=0, succeed_on_not_found=True
        )

        assert seen is oci.waiter.WAIT_RESOURCE_NOT_FOUND


def test_deleting_what_needs_attention_can_be_forbidden() -> None:
    with serving(behaviour=Behaviour(delete_needs_attention=False)) as science:
        science.twin.outcomes.needs_attention_next("MODEL_DEPLOYMENT_CREATE")
        deployment_id = science.create()
        science.settled(deployment_id)

        assert refused(science.client.delete_model_deployment, deployment_id)[0] == 409


@pytest.mark.parametrize("operation", [*PLAIN, "get_model_deployment"])
def test_a_deployment_that_is_not_there_is_not_found(science: Science, operation: str) -> None:
    answer = refused(getattr(science.client, operation), "ocid1.datasciencemodeldeployment.oc1.iad.none")

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")


@pytest.mark.parametrize("operation", ["delete_model_deployment", "deactivate_model_deployment"])
def test_an_old_etag_is_refused_before_anything_happens(science: Science, operation: str) -> None:
    deployment_id = science.active()

    answer = refused(getattr(science.client, operation), deployment_id, if_match="old")

    assert answer[:2] == (412, "NoEtagMatch")
    assert science.state(deployment_id) == "ACTIVE"


def test_the_etag_changes_with_every_change(science: Science) -> None:
    deployment_id = science.create()

    etags = [science.client.get_model_deployment(deployment_id).headers["etag"] for _ in range(3)]
    science.updated(deployment_id, displayName="n")
    etags.append(science.client.get_model_deployment(deployment_id).headers["etag"])

    assert etags[0] != etags[1] == etags[2] != etags[3]


def test_the_right_etag_lets_an_update_pass(science: Science) -> None:
    deployment_id = science.active()
    etag = science.client.get_model_deployment(deployment_id).headers["etag"]

    response = science.client.update_model_deployment(deployment_id, {"displayName": "n"}, if_match=etag)

    assert response.status == 202


def test_a_deployment_moves_to_another_compartment(science: Science) -> None:
    deployment_id = science.active()

    science.client.change_model_deployment_compartment(deployment_id, {"compartmentId": science.other_compartment_id})

    shown = science.client.get_model_deployment(deployment_id).data
    assert (shown.compartment_id, shown.lifecycle_state) == (science.other_compartment_id, "ACTIVE")
    assert science.client.list_model_deployments(science.compartment_id).data == []


def test_a_deployment_cannot_move_to_a_compartment_that_is_not_there(science: Science) -> None:
    deployment_id = science.active()
    details = {"compartmentId": "ocid1.compartment.oc1..none"}

    assert refused(science.client.change_model_deployment_compartment, deployment_id, details)[0] == 404


def test_states_follow_the_clock_when_operations_take_their_time() -> None:
    with serving(durations={"MODEL_DEPLOYMENT_CREATE": 900}) as science:
        deployment_id = science.create()
        states = []
        for seconds in (0, 899, 1):
            science.clock.advance(seconds)
            states += [science.state(deployment_id), science.state(deployment_id)]

        assert states == ["CREATING"] * 4 + ["ACTIVE"] * 2


def test_what_is_unfinished_goes_on_after_a_restart(tmp_path: Any) -> None:
    with serving(tmp_path) as science:
        active, creating = science.active(), science.create()

    with serving(tmp_path) as science:
        assert science.state(active) == "ACTIVE"
        assert science.settled(creating) == "ACTIVE"


def test_an_update_that_was_begun_before_a_restart_ends_after_it(tmp_path: Any) -> None:
    with serving(tmp_path) as science:
        old = science.model()
        deployment_id = science.active(science.deployment_details(old))
        new = science.model(artifact=b"new")
        science.update(deployment_id, modelDeploymentConfigurationDetails=change(new))

    with serving(tmp_path) as science:
        science.settled(deployment_id)
        shown = science.client.get_model_deployment(deployment_id).data

        configuration = shown.model_deployment_configuration_details.model_configuration_details
        assert (shown.lifecycle_state, configuration.model_id) == ("ACTIVE", new)


def test_a_deployment_can_be_created_from_what_another_one_shows(science: Science) -> None:
    first = science.client.get_model_deployment(science.active()).data
    configuration = science.client.base_client.sanitize_for_serialization(first.model_deployment_configuration_details)
    details = {**science.deployment_details(""), "modelDeploymentConfigurationDetails": configuration}

    second = science.client.get_model_deployment(science.active(details)).data

    assert second.model_deployment_configuration_details == first.model_deployment_configuration_details
