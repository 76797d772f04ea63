from __future__ import annotations

from datetime import timedelta

import pytest
from integration.oci.deployments.orders import active_in, desired_in, set_state, settled, updated
from integration.oci.deployments.rig import client_of, deployments_in, fail, service_on
from oci_twin.twin import Twin

from oci_mlflow_core.errors import NoSuchDeploymentError, NotAuthorizedError
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.spec.infrastructure import Infrastructure, LogRef
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.service import OciDeployService

CREATE, UPDATE = "MODEL_DEPLOYMENT_CREATE", "MODEL_DEPLOYMENT_UPDATE"


def logged(twin: Twin) -> Infrastructure:
    return Infrastructure(predict_log=LogRef(log_group_id=twin.log_group_id, log_id=twin.log_id))


def test_an_order_is_told_with_its_progress_and_the_newest_line(twin: Twin, service: OciDeployService) -> None:
    twin.outcomes.stall_next(CREATE)
    made = service.lifecycle.create(desired_in(twin))

    seen = service.lifecycle.observe(made.id)

    assert (seen.deployment.state, seen.percent, seen.succeeded) == (LifecycleState.CREATING, 99, None)
    assert seen.activity == seen.messages[-1] == f"{CREATE} of {made.id} was accepted."


def test_an_order_that_is_done_says_so(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)

    seen = service.lifecycle.observe(made.id)

    assert (seen.deployment.state, seen.percent, seen.activity, seen.succeeded) == (
        LifecycleState.ACTIVE,
        None,
        "",
        True,
    )
    assert seen.messages[-1] == f"{CREATE} of {made.id} succeeded."


def test_an_order_of_another_command_is_found_by_the_deployment(
    twin: Twin, service: OciDeployService, clock: ManualClock
) -> None:
    made = active_in(twin, service)
    clock.advance(1)
    client_of(twin).deactivate_model_deployment(made.id)

    seen = service.lifecycle.observe(made.id)

    assert seen.deployment.state is LifecycleState.UPDATING
    assert seen.messages[0] == f"MODEL_DEPLOYMENT_DEACTIVATE of {made.id} was accepted."


def test_a_failure_is_told_with_the_errors_and_the_log_of_the_order(twin: Twin, service: OciDeployService) -> None:
    twin.outcomes.fail_next(CREATE, "The image is not there.", ["pulling", "giving up"])

    failed = active_in(twin, service)

    assert failed.state is LifecycleState.FAILED
    assert failed.lifecycle_details == "InternalServerError: The image is not there."
    assert failed.log_tail[1:3] == ("pulling", "giving up")
    assert service.lifecycle.get(failed.id) == failed


def test_a_failure_is_told_with_what_the_model_printed(
    twin: Twin, service: OciDeployService, clock: ManualClock
) -> None:
    twin.outcomes.fail_next(CREATE)
    made = service.lifecycle.create(desired_in(twin, infrastructure=logged(twin)))
    for number in range(25):
        twin.logs.append(twin.log_id, clock.now() - timedelta(seconds=60 - number), made.id, f"line {number}")
    twin.logs.append(twin.log_id, clock.now() - timedelta(seconds=30), "another deployment", "not mine")

    failed = settled(service, made)

    assert failed.log_tail[-20:] == tuple(f"line {number}" for number in range(5, 25))


def test_a_log_that_cannot_be_read_is_said_and_stops_nobody(twin: Twin, service: OciDeployService) -> None:
    twin.outcomes.fail_next(CREATE)
    made = service.lifecycle.create(desired_in(twin, infrastructure=logged(twin)))
    fail(twin, "search_logs", status=404, times=None)

    failed = settled(service, made)

    assert failed.state is LifecycleState.FAILED
    assert failed.log_tail[-1].startswith(f"(the predict log cannot be read: could not search the log {twin.log_id}")


@pytest.mark.parametrize("operation", ["list_work_request_errors", "list_work_request_logs"])
def test_a_work_request_that_cannot_be_read_is_said_and_stops_nobody(
    twin: Twin, service: OciDeployService, operation: str
) -> None:
    twin.outcomes.fail_next(CREATE)
    made = service.lifecycle.create(desired_in(twin))
    fail(twin, operation, status=404, times=None)

    failed = settled(service, made)

    assert failed.state is LifecycleState.FAILED
    said = (failed.lifecycle_details, *failed.log_tail)
    assert any("of its work request cannot be read: could not read the " in line for line in said)


def test_without_any_work_request_the_state_is_told_alone(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)
    fail(twin, "get_work_request", status=404, times=None)
    fail(twin, "list_work_requests", status=404, times=None)

    seen = service.lifecycle.observe(made.id)

    assert (seen.deployment.state, seen.messages, seen.succeeded) == (LifecycleState.ACTIVE, (), None)


def test_a_failed_update_leaves_what_needs_attention_and_says_why(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)
    twin.outcomes.fail_next(UPDATE, "No capacity.")

    updated(service, made, replica=2)
    seen = settled(service, made)

    assert seen.state is LifecycleState.NEEDS_ATTENTION
    assert seen.lifecycle_details == "InternalServerError: No capacity."


def test_an_order_that_does_not_show_in_the_state_yet_goes_on(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)
    twin.outcomes.stall_next(UPDATE)
    updated(service, made, replica=2)
    set_state(twin, made, LifecycleState.ACTIVE)

    seen = service.lifecycle.observe(made.id)

    assert seen.deployment.state is LifecycleState.UPDATING


def test_what_was_deleted_is_not_there_although_it_can_still_be_read(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)
    set_state(twin, made, LifecycleState.DELETED)

    with pytest.raises(NoSuchDeploymentError) as caught:
        service.lifecycle.get(made.id)

    assert str(caught.value) == f"there is no deployment {made.id}, or the caller may not see it"


def test_what_may_not_be_seen_at_all_is_told_as_such(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)
    fail(twin, "get_model_deployment", status=403, code="NotAuthorized", times=None)

    with pytest.raises(NotAuthorizedError):
        service.lifecycle.get(made.id)


def test_the_list_is_of_one_project_and_leaves_out_what_goes(twin: Twin, service: OciDeployService) -> None:
    client = client_of(twin)
    other = client.create_project({"compartmentId": twin.compartment_id, "displayName": "other"}).data.id
    elsewhere = service.lifecycle.create(desired_in(twin, "elsewhere", project_id=other))
    going, staying = active_in(twin, service, "going"), active_in(twin, service, "staying")
    set_state(twin, going, LifecycleState.DELETING)

    listed = list(service.lifecycle.list())

    assert [each.id for each in listed] == [staying.id]
    assert elsewhere.id in {each.id for each in deployments_in(twin)}


def test_every_page_of_the_list_is_read(twin: Twin, service: OciDeployService) -> None:
    desired = desired_in(twin)
    made = [service.lifecycle.create(desired).id for _ in range(1)]
    template = client_of(twin).get_model_deployment(made[0]).data
    details = {
        "compartmentId": twin.compartment_id,
        "projectId": twin.project_id,
        "modelDeploymentConfigurationDetails": template.model_deployment_configuration_details,
    }
    for _ in range(100):
        client_of(twin).create_model_deployment(details)

    assert len(list(service.lifecycle.list())) == 101


def test_another_commands_failure_is_not_taken_for_ones_own_success(
    twin: Twin, service: OciDeployService, clock: ManualClock
) -> None:
    made = active_in(twin, service)
    clock.advance(1)
    twin.outcomes.fail_next(UPDATE, "No capacity.")
    other = service_on(twin, service.connection.session.home, clock)
    updated(other, made, replica=2)

    seen = settled(service, made)

    assert (seen.state, seen.lifecycle_details) == (
        LifecycleState.NEEDS_ATTENTION,
        "InternalServerError: No capacity.",
    )
