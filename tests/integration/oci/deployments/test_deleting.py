from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from integration.oci.deployments.orders import active_in, desired_in, set_state
from integration.oci.deployments.rig import calls_of, client_of, connection_to, deployments_in, fail
from integration.oci.deployments.test_creating import LOST, REFUSED
from oci_twin.twin import Twin

from oci_mlflow_core.errors import ConflictError, ServiceError, TimedOutError
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.deployments.deleting import Deletion
from oci_mlflow_plugin.adapters.oci.service import OciDeployService


@pytest.mark.parametrize("fault", [None, *LOST, *REFUSED])
def test_a_deployment_is_gone_when_its_deletion_returns(
    twin: Twin, service: OciDeployService, step: RecordingStep, fault: dict[str, Any] | None
) -> None:
    made = active_in(twin, service)
    if fault:
        fail(twin, "delete_model_deployment", **fault)

    service.lifecycle.delete(made.id, step)

    assert deployments_in(twin) == []


def test_what_is_still_being_made_is_waited_for(twin: Twin, service: OciDeployService) -> None:
    class Releasing(RecordingStep):
        def says(self, text: str) -> None:
            super().says(text)
            twin.outcomes.release()

    twin.outcomes.stall_next("MODEL_DEPLOYMENT_CREATE")
    made, step = service.lifecycle.create(desired_in(twin)), Releasing("delete")

    service.lifecycle.delete(made.id, step)

    assert deployments_in(twin) == []
    assert step.said[:2] == ["waiting until it can be deleted: it is CREATING", "deleting it"]


def test_what_somebody_else_deletes_is_waited_for(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    made = active_in(twin, service)
    client_of(twin).delete_model_deployment(made.id)

    service.lifecycle.delete(made.id, step)

    assert calls_of(twin, "delete_model_deployment") == 1
    assert step.said == ["waiting until it is gone"]


@pytest.mark.parametrize("state", [LifecycleState.FAILED, LifecycleState.NEEDS_ATTENTION, LifecycleState.INACTIVE])
def test_any_settled_state_can_be_deleted(
    twin: Twin, service: OciDeployService, step: RecordingStep, state: LifecycleState
) -> None:
    made = active_in(twin, service)
    set_state(twin, made, state)

    service.lifecycle.delete(made.id, step)

    assert deployments_in(twin) == []


def test_a_deletion_that_the_service_cannot_carry_out_is_told(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    made = active_in(twin, service)
    twin.outcomes.fail_next("MODEL_DEPLOYMENT_DELETE", "The network does not let go.")

    with pytest.raises(ServiceError) as caught:
        service.lifecycle.delete(made.id, step)

    assert str(caught.value).startswith(f"OCI could not delete the deployment 'fraud' ({made.id}), which is ")
    assert "The network does not let go." in str(caught.value)


def test_a_conflict_that_passes_is_waited_out(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    made = active_in(twin, service)
    fail(twin, "delete_model_deployment", status=409, times=2)

    service.lifecycle.delete(made.id, step)

    assert deployments_in(twin) == []


def test_a_conflict_that_stays_is_told(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    made = active_in(twin, service)
    fail(twin, "delete_model_deployment", status=409, times=None)

    with pytest.raises(ConflictError):
        service.lifecycle.delete(made.id, step)


#: Seconds on the clock from which the roundings of all pauses leave less than the clock can tell.
ROUNDED = 28.35


@pytest.mark.parametrize("begun", [0.0, ROUNDED])
def test_a_deletion_that_takes_too_long_is_told_and_goes_on(
    twin: Twin, service: OciDeployService, step: RecordingStep, tmp_path: Path, begun: float
) -> None:
    made, clock = active_in(twin, service), ManualClock()
    clock.advance(begun)
    twin.outcomes.stall_next("MODEL_DEPLOYMENT_DELETE")

    with pytest.raises(TimedOutError) as caught:
        Deletion(connection_to(twin, tmp_path / "other", clock), made.id, step, timeout=60).run()

    assert str(caught.value) == (
        f"deployment 'fraud' ({made.id}): still waiting for its removal after 60 s; it was left as it is and goes on"
    )
