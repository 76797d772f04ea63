from __future__ import annotations

from typing import Any

import attrs
import pytest
from integration.oci.deployments.orders import active_in, infrastructure_of, model_in, set_state, settled, updated
from integration.oci.deployments.rig import calls_of, client_of, fail
from integration.oci.deployments.test_creating import LOST, REFUSED
from oci_twin.twin import Twin

from oci_mlflow_core.errors import ConflictError, InvalidRequestError, NoSuchDeploymentError
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.planning.desired import changes_between
from oci_mlflow_core.planning.edits.passes import EditPlanner
from oci_mlflow_core.spec.infrastructure import AutoScaling, Infrastructure, LogRef, ScalingType, ShapeConfig
from oci_mlflow_plugin.adapters.oci.service import OciDeployService

UNKNOWN = "ocid1.datasciencemodeldeployment.oc1.iad." + "a" * 60


@pytest.mark.parametrize("fault", [*LOST, *REFUSED])
def test_one_fault_of_an_update_leaves_it_carried_out(
    twin: Twin, service: OciDeployService, fault: dict[str, Any]
) -> None:
    made = active_in(twin, service)
    fail(twin, "update_model_deployment", **fault)

    ordered = updated(service, made, replica=3)

    assert ordered.state is LifecycleState.UPDATING
    assert settled(service, made).state is LifecycleState.ACTIVE
    assert infrastructure_of(service, made).replica == 3


def test_nothing_is_sent_for_what_the_service_has_already(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)

    ordered = updated(service, made)

    assert ordered.state is LifecycleState.ACTIVE
    assert calls_of(twin, "update_model_deployment") == 0


def test_a_change_of_somebody_else_in_between_is_told(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)
    fail(twin, "update_model_deployment", status=412)

    with pytest.raises(ConflictError) as caught:
        updated(service, made, replica=3)

    assert str(caught.value) == f"deployment 'fraud' ({made.id}) was changed by somebody else meanwhile"
    assert infrastructure_of(service, made).replica == 1


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        (LifecycleState.CREATING, "Wait until that has ended."),
        (LifecycleState.UPDATING, "Wait until that has ended."),
        (LifecycleState.FAILED, "Delete it and create it again."),
    ],
)
def test_a_state_that_allows_no_update_is_told(
    twin: Twin, service: OciDeployService, state: LifecycleState, hint: str
) -> None:
    made = active_in(twin, service)
    set_state(twin, made, state)

    with pytest.raises(ConflictError) as caught:
        updated(service, made, replica=3)

    assert str(caught.value) == f"deployment 'fraud' ({made.id}) is {state} and cannot be updated now"
    assert caught.value.hint == hint
    assert calls_of(twin, "update_model_deployment") == 0


def test_groups_that_do_not_go_together_are_refused_by_the_service(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)

    with pytest.raises(InvalidRequestError, match="could not update the deployment"):
        updated(service, made, replica=3, bandwidth_mbps=20)


def test_the_passes_of_the_plan_go_through_one_by_one(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service, environment_variables={"COLOUR": "red"})
    current = service.lifecycle.describe(made.id)
    log = LogRef(log_group_id=twin.log_group_id, log_id=twin.log_id)
    infrastructure = attrs.evolve(
        current.infrastructure,
        access_log=log,
        bandwidth_mbps=30,
        shape_config_details=ShapeConfig(ocpus=2, memory_in_gbs=16),
        auto_scaling=AutoScaling(scaling_type=ScalingType.CPU_UTILIZATION),
    )
    wanted = attrs.evolve(
        current,
        name="swindle",
        description="new",
        freeform_tags={"team": "risk"},
        model_id=model_in(twin, b"other"),
        infrastructure=infrastructure,
        environment_variables={},
    )
    planner = EditPlanner(current=current, state=LifecycleState.ACTIVE)
    passes = planner.passes(wanted, changes_between(current, wanted))

    for each in passes:
        service.lifecycle.update(made.id, each.desired, each.changes)
        assert settled(service, made).state is LifecycleState.ACTIVE

    told = service.lifecycle.describe(made.id)
    assert len(passes) == 7
    assert changes_between(told, attrs.evolve(wanted, infrastructure=told.infrastructure)) == ()
    assert (told.infrastructure.access_log, told.infrastructure.bandwidth_mbps) == (log, 30)
    assert told.infrastructure.shape_config_details
    assert told.infrastructure.shape_config_details.ocpus == 2
    assert told.infrastructure.auto_scaling
    assert told.infrastructure.auto_scaling.scaling_type is ScalingType.CPU_UTILIZATION


def test_logs_are_taken_away(twin: Twin, service: OciDeployService) -> None:
    log = LogRef(log_group_id=twin.log_group_id, log_id=twin.log_id)
    made = active_in(twin, service, infrastructure=Infrastructure(access_log=log, predict_log=log))

    updated(service, made, access_log=None)
    settled(service, made)

    told = infrastructure_of(service, made)
    assert (told.access_log, told.predict_log) == (None, log)


@pytest.mark.parametrize("fault", [None, *LOST, *REFUSED])
def test_a_deployment_is_switched_off_and_on(
    twin: Twin, service: OciDeployService, fault: dict[str, Any] | None
) -> None:
    made = active_in(twin, service)
    if fault:
        fail(twin, "deactivate_model_deployment", **fault)
        fail(twin, "activate_model_deployment", **fault)

    off = (service.lifecycle.deactivate(made.id), settled(service, made))
    on = (service.lifecycle.activate(made.id), settled(service, made))

    assert [each.state for each in (*off, *on)] == [
        LifecycleState.UPDATING,
        LifecycleState.INACTIVE,
        LifecycleState.UPDATING,
        LifecycleState.ACTIVE,
    ]
    assert on[1].url == made.url


def test_what_is_off_or_on_already_is_left_alone(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)

    assert service.lifecycle.activate(made.id).state is LifecycleState.ACTIVE
    assert calls_of(twin, "activate_model_deployment") == 0


def test_what_failed_is_not_switched_on(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)
    set_state(twin, made, LifecycleState.FAILED)

    with pytest.raises(ConflictError) as caught:
        service.lifecycle.activate(made.id)

    assert str(caught.value) == f"deployment 'fraud' ({made.id}) is FAILED and cannot be activated now"


@pytest.mark.parametrize("order", ["activate", "deactivate"])
def test_what_is_not_there_is_not_switched(service: OciDeployService, order: str) -> None:
    with pytest.raises(NoSuchDeploymentError):
        getattr(service.lifecycle, order)(UNKNOWN)


def test_an_inactive_deployment_takes_everything_at_once(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)
    service.lifecycle.deactivate(made.id)
    settled(service, made)

    updated(service, made, replica=3, bandwidth_mbps=20)
    settled(service, made)

    told = infrastructure_of(service, made)
    assert (told.replica, told.bandwidth_mbps) == (3, 20)
    assert client_of(twin).get_model_deployment(made.id).data.lifecycle_state == "INACTIVE"
