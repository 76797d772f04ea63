from __future__ import annotations

from typing import Any

import oci
import pytest
from integration.oci_twin.data_science.rig import Science, refused, serving
from oci_twin.data_science.behaviour import Behaviour


def _work_of(response: Any) -> str:
    return str(response.headers["opc-work-request-id"])


def _create(science: Science) -> str:
    """The work request of an accepted deployment."""
    return _work_of(science.client.create_model_deployment(science.deployment_details(science.model())))


def _get(science: Science, work_id: str) -> Any:
    return science.client.get_work_request(work_id).data


def test_a_work_request_is_in_progress_at_the_first_look_and_done_at_the_second(science: Science) -> None:
    work_id = _create(science)

    looks = [_get(science, work_id) for _ in range(3)]

    assert [(look.status, look.percent_complete) for look in looks] == [
        ("IN_PROGRESS", 50.0),
        ("SUCCEEDED", 100.0),
        ("SUCCEEDED", 100.0),
    ]


def test_a_work_request_names_what_it_is_about(science: Science) -> None:
    response = science.client.create_model_deployment(science.deployment_details(science.model()))

    work = _get(science, _work_of(response))

    resource = work.resources[0]
    assert (work.operation_type, work.compartment_id) == ("MODEL_DEPLOYMENT_CREATE", science.compartment_id)
    assert (resource.action_type, resource.entity_type) == ("CREATED", "model-deployment")
    assert resource.identifier == response.data.id
    assert resource.entity_uri == f"/20190101/modelDeployments/{response.data.id}"


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("delete_model_deployment", "DELETED"),
        ("deactivate_model_deployment", "UPDATED"),
    ],
)
def test_a_work_request_says_what_becomes_of_its_resource(science: Science, operation: str, action: str) -> None:
    work_id = _work_of(getattr(science.client, operation)(science.active()))

    assert _get(science, work_id).resources[0].action_type == action


def test_percent_follows_the_clock_and_stays_below_100_until_the_end() -> None:
    with serving(durations={"MODEL_DEPLOYMENT_CREATE": 1000}) as science:
        work_id = _create(science)
        seen = []
        for seconds in (0, 250, 745, 5):
            science.clock.advance(seconds)
            work = _get(science, work_id)
            seen.append((work.status, work.percent_complete))

        assert seen == [("IN_PROGRESS", 0.0), ("IN_PROGRESS", 25.0), ("IN_PROGRESS", 99.0), ("SUCCEEDED", 100.0)]


def test_times_of_a_work_request_are_those_of_the_clock() -> None:
    with serving(durations={"MODEL_DEPLOYMENT_CREATE": 100}) as science:
        work_id = _create(science)
        science.clock.advance(40)
        _get(science, work_id)
        science.clock.advance(60)
        work = _get(science, work_id)

        assert (work.time_started - work.time_accepted).total_seconds() == 40
        assert (work.time_finished - work.time_accepted).total_seconds() == 100


def test_a_deployment_that_is_looked_at_takes_its_work_request_along(science: Science) -> None:
    response = science.client.create_model_deployment(science.deployment_details(science.model()))
    science.settled(response.data.id)

    assert _get(science, _work_of(response)).status == "SUCCEEDED"


def test_looking_at_one_deployment_leaves_another(science: Science) -> None:
    one, other = science.create(), science.create()
    science.settled(one)

    assert science.client.get_model_deployment(other).data.lifecycle_state == "CREATING"


def test_work_requests_log_what_happens(science: Science) -> None:
    response = science.client.create_model_deployment(science.deployment_details(science.model()))
    science.settled(response.data.id)

    logs = science.client.list_work_request_logs(_work_of(response)).data

    assert [entry.message for entry in logs] == [
        f"MODEL_DEPLOYMENT_CREATE of {response.data.id} was accepted.",
        f"MODEL_DEPLOYMENT_CREATE of {response.data.id} succeeded.",
    ]
    assert science.client.list_work_request_errors(_work_of(response)).data == []


def test_a_scripted_failure_is_told_by_work_request_deployment_errors_and_logs(science: Science) -> None:
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_CREATE", "It broke.", logs=["first", "second"])
    response = science.client.create_model_deployment(science.deployment_details(science.model()))
    work_id = _work_of(response)

    looks = [_get(science, work_id).status for _ in range(2)]

    shown = science.client.get_model_deployment(response.data.id).data
    error = science.client.list_work_request_errors(work_id).data[0]
    messages = [entry.message for entry in science.client.list_work_request_logs(work_id).data]
    assert looks == ["IN_PROGRESS", "FAILED"]
    assert (shown.lifecycle_state, shown.lifecycle_details) == ("FAILED", "It broke.")
    assert (error.code, error.message) == ("InternalServerError", "It broke.")
    assert messages[1:3] == ["first", "second"]
    assert messages[3].endswith("failed: It broke.")


def test_logs_can_begin_with_the_last() -> None:
    with serving(behaviour=Behaviour(newest_entries_first=True)) as science:
        work_id = _create(science)
        for _ in range(2):
            _get(science, work_id)

        messages = [entry.message for entry in science.client.list_work_request_logs(work_id).data]

        assert [message.rsplit(" ", 1)[1] for message in messages] == ["succeeded.", "accepted."]


def test_a_failure_befalls_one_work_request(science: Science) -> None:
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_CREATE")

    states = [science.settled(science.create()) for _ in range(2)]

    assert states == ["FAILED", "ACTIVE"]


def test_a_failure_waits_for_the_operation_that_it_is_for(science: Science) -> None:
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_DELETE", "Still needed.")
    deployment_id = science.active()

    science.client.delete_model_deployment(deployment_id)

    assert science.settled(deployment_id) == "FAILED"
    assert science.client.get_model_deployment(deployment_id).data.lifecycle_details == "Still needed."


@pytest.mark.parametrize(
    ("operation", "prepared", "verb"),
    [
        ("MODEL_DEPLOYMENT_ACTIVATE", True, "activate_model_deployment"),
        ("MODEL_DEPLOYMENT_DEACTIVATE", False, "deactivate_model_deployment"),
        ("MODEL_DEPLOYMENT_DELETE", False, "delete_model_deployment"),
    ],
)
def test_every_operation_can_be_made_to_need_attention(
    science: Science, operation: str, *, prepared: bool, verb: str
) -> None:
    deployment_id = science.active()
    if prepared:
        science.client.deactivate_model_deployment(deployment_id)
        science.settled(deployment_id)
    science.twin.outcomes.needs_attention_next(operation, "Look.")

    work_id = _work_of(getattr(science.client, verb)(deployment_id))

    assert science.settled(deployment_id) == "NEEDS_ATTENTION"
    assert _get(science, work_id).status == "FAILED"


def test_a_failed_activation_is_failed_unless_said_otherwise(science: Science) -> None:
    deployment_id = science.active()
    science.client.deactivate_model_deployment(deployment_id)
    science.settled(deployment_id)
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_ACTIVATE")

    science.client.activate_model_deployment(deployment_id)

    assert science.settled(deployment_id) == "FAILED"


def test_a_stalled_work_request_stays_in_progress_until_it_is_released(science: Science) -> None:
    science.twin.outcomes.stall_next("MODEL_DEPLOYMENT_CREATE")
    work_id = _create(science)
    science.clock.advance(100_000)

    stalled = [_get(science, work_id) for _ in range(4)]
    science.twin.outcomes.release()
    released = _get(science, work_id)

    assert {look.status for look in stalled} == {"IN_PROGRESS"}
    assert stalled[-1].percent_complete == 99.0
    assert released.status == "SUCCEEDED"


def test_outcomes_are_scripted_over_http_too(science: Science) -> None:
    outcome = {"operation": "MODEL_DEPLOYMENT_CREATE", "ending": "fail", "message": "Told so.", "logs": ["a line"]}

    answer = science.post("/_twin/outcomes", outcome)
    deployment_id = science.create()

    assert answer.status_code == 204
    assert science.settled(deployment_id) == "FAILED"
    assert science.client.get_model_deployment(deployment_id).data.lifecycle_details == "Told so."


def test_outcomes_that_are_to_come_can_be_seen_and_forgotten_over_http(science: Science) -> None:
    science.post("/_twin/outcomes", {"operation": "PROJECT_DELETE", "ending": "stall"})

    pending = science.raw("/_twin/outcomes")
    science.delete("/_twin/outcomes")

    assert [(item["operation"], item["ending"]) for item in pending] == [("PROJECT_DELETE", "stall")]
    assert science.raw("/_twin/outcomes") == []


def test_what_stalls_is_released_over_http(science: Science) -> None:
    science.post("/_twin/outcomes", {"operation": "MODEL_DEPLOYMENT_CREATE", "ending": "stall"})
    deployment_id = science.create()
    assert science.settled(deployment_id) == "CREATING"

    science.post("/_twin/outcomes/release", {})

    assert science.settled(deployment_id) == "ACTIVE"


def test_an_outcome_that_there_is_not_is_refused(science: Science) -> None:
    answer = science.post("/_twin/outcomes", {"operation": "MODEL_DEPLOYMENT_CREATE", "ending": "explode"})

    assert answer.status_code == 400


def test_a_reset_forgets_outcomes_and_work_requests(science: Science) -> None:
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_CREATE")
    science.twin.reset()

    assert science.twin.outcomes.pending() == []
    assert science.settled(science.create()) == "ACTIVE"


def test_a_work_request_that_has_not_begun_can_be_cancelled(science: Science) -> None:
    work_id = _create(science)

    response = science.client.cancel_work_request(work_id)

    work = _get(science, work_id)
    assert (response.status, work.status) == (202, "CANCELED")
    shown = science.client.get_model_deployment(work.resources[0].identifier).data
    assert (shown.lifecycle_state, shown.lifecycle_details) == ("FAILED", "The work request was cancelled.")


def test_a_cancelled_update_leaves_the_deployment_as_it_was(science: Science) -> None:
    deployment_id = science.active()
    work_id = _work_of(science.update(deployment_id, displayName="n"))

    science.client.cancel_work_request(work_id)

    assert science.settled(deployment_id) == "ACTIVE"
    assert science.client.get_model_deployment(deployment_id).data.display_name == "d"


@pytest.mark.parametrize("verb", ["delete_model_deployment", "deactivate_model_deployment"])
def test_a_cancelled_change_of_state_does_not_happen(science: Science, verb: str) -> None:
    deployment_id = science.active()
    work_id = _work_of(getattr(science.client, verb)(deployment_id))

    science.client.cancel_work_request(work_id)

    assert science.settled(deployment_id) == "ACTIVE"


def test_a_cancelled_activation_does_not_happen(science: Science) -> None:
    deployment_id = science.active()
    science.client.deactivate_model_deployment(deployment_id)
    science.settled(deployment_id)
    work_id = _work_of(science.client.activate_model_deployment(deployment_id))

    science.client.cancel_work_request(work_id)

    assert science.settled(deployment_id) == "INACTIVE"


@pytest.mark.parametrize("looks", [1, 2])
def test_a_work_request_that_has_begun_cannot_be_cancelled(science: Science, looks: int) -> None:
    work_id = _create(science)
    for _ in range(looks):
        _get(science, work_id)

    assert refused(science.client.cancel_work_request, work_id)[:2] == (409, "IncorrectState")


def test_running_work_requests_can_be_made_cancellable() -> None:
    with serving(behaviour=Behaviour(cancel_running_work_requests=True)) as science:
        work_id = _create(science)
        _get(science, work_id)

        science.client.cancel_work_request(work_id)

        assert _get(science, work_id).status == "CANCELED"


def test_an_old_etag_cancels_nothing(science: Science) -> None:
    answer = refused(science.client.cancel_work_request, _create(science), if_match="old")

    assert answer[:2] == (412, "NoEtagMatch")


def test_work_requests_are_listed_newest_first(science: Science) -> None:
    deployment_id = science.active()
    science.client.delete_model_deployment(deployment_id)

    found = science.client.list_work_requests(science.compartment_id, resource_id=deployment_id).data

    assert [item.operation_type for item in found] == ["MODEL_DEPLOYMENT_DELETE", "MODEL_DEPLOYMENT_CREATE"]


def test_work_requests_are_found_by_type_status_and_ocid(science: Science) -> None:
    deployment_id = science.active()
    science.client.delete_model_deployment(deployment_id)
    listed = science.client.list_work_requests

    by_type = listed(science.compartment_id, operation_type="MODEL_DEPLOYMENT_CREATE").data
    by_id = listed(science.compartment_id, id=by_type[0].id).data
    done = listed(science.compartment_id, status="SUCCEEDED", operation_type="MODEL_DEPLOYMENT_CREATE").data

    assert len(by_type) == len(by_id) == len(done) == 1
    assert listed(science.other_compartment_id).data == []


def test_work_requests_logs_and_errors_are_paged(science: Science) -> None:
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_CREATE", "No.", logs=[f"line {number}" for number in range(5)])
    work_id = _create(science)
    for _ in range(2):
        _get(science, work_id)

    page = science.client.list_work_request_logs(work_id, limit=3)
    every = oci.pagination.list_call_get_all_results(science.client.list_work_request_logs, work_id, limit=3).data

    assert len(page.data) == 3
    assert len(every) == 7
    assert science.client.list_work_requests(science.compartment_id, limit=1).data[0].id == work_id


@pytest.mark.parametrize(
    "operation", ["get_work_request", "list_work_request_logs", "list_work_request_errors", "cancel_work_request"]
)
def test_a_work_request_that_is_not_there_is_not_found(science: Science, operation: str) -> None:
    answer = refused(getattr(science.client, operation), "ocid1.datascienceworkrequest.oc1.iad.none")

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")
