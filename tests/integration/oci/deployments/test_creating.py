from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from integration.oci.deployments.orders import active_in, desired_in, settled
from integration.oci.deployments.rig import calls_of, connection_to, deployments_in, fail, service_on
from oci_twin.twin import Twin

from oci_mlflow_core.errors import InvalidRequestError, NameInUseError, QuotaExceededError
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.spec.infrastructure import AutoScaling, Infrastructure, LogRef, ScalingType
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.deployments.lifecycle import OciLifecycle
from oci_mlflow_plugin.adapters.oci.service import OciDeployService
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

LOST = [{"kind": "reset_after"}, {"kind": "truncate"}, {"kind": "status", "status": 503, "after_effect": True}]
REFUSED = [
    {"kind": "reset_before"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429, "headers": {"retry-after": "5"}},
]


@pytest.mark.parametrize("fault", [*LOST, *REFUSED])
def test_one_fault_leaves_one_deployment(twin: Twin, service: OciDeployService, fault: dict[str, Any]) -> None:
    fail(twin, "create_model_deployment", **fault)

    made = service.lifecycle.create(desired_in(twin))

    assert [each.id for each in deployments_in(twin)] == [made.id]
    assert calls_of(twin, "create_model_deployment") == 2


def test_an_order_that_is_given_again_is_the_same(twin: Twin, service: OciDeployService) -> None:
    desired = desired_in(twin, retry_token="0" * 30)

    first, second = service.lifecycle.create(desired), service.lifecycle.create(desired)

    assert first.id == second.id
    assert len(deployments_in(twin)) == 1


def test_of_two_creates_of_one_name_the_later_gives_way(
    twin: Twin, service: OciDeployService, clock: ManualClock
) -> None:
    first = service.lifecycle.create(desired_in(twin))
    clock.advance(1)

    with pytest.raises(NameInUseError) as caught:
        service.lifecycle.create(desired_in(twin))

    assert str(caught.value) == f"a deployment called 'fraud' was created at the same time ({first.id}, ACTIVE)"
    assert [each.id for each in deployments_in(twin)] == [first.id]


def test_one_that_gives_way_and_cannot_be_deleted_is_listed(
    twin: Twin, service: OciDeployService, clock: ManualClock
) -> None:
    first = service.lifecycle.create(desired_in(twin))
    clock.advance(1)
    fail(twin, "delete_model_deployment", status=403, code="NotAuthorized", times=None)

    with pytest.raises(NameInUseError) as caught:
        service.lifecycle.create(desired_in(twin))

    (ours,) = (each.id for each in deployments_in(twin) if each.id != first.id)
    (line,) = caught.value.leftovers
    assert line.startswith(f"deployment {ours}: could not delete the deployment {ours}: OCI answered 403 NotAuthorized")


def test_a_name_of_what_failed_or_lies_in_another_project_is_free(twin: Twin, service: OciDeployService) -> None:
    twin.outcomes.fail_next("MODEL_DEPLOYMENT_CREATE")
    failed = active_in(twin, service)

    made = service.lifecycle.create(desired_in(twin))

    assert failed.state is LifecycleState.FAILED
    assert {each.id for each in deployments_in(twin)} == {failed.id, made.id}


def test_every_kind_of_deployment_is_taken_by_the_service(twin: Twin, service: OciDeployService) -> None:
    log = LogRef(log_group_id=twin.log_group_id, log_id=twin.log_id)
    auto = AutoScaling(scaling_type=ScalingType.CPU_UTILIZATION, maximum_instance_count=4)
    infrastructure = Infrastructure(access_log=log, predict_log=log, auto_scaling=auto, bandwidth_mbps=20)
    container = ContainerRuntime(
        image="iad.ocir.io/ns/repository:tag", cmd=("--fast",), server_port=8080, health_check_port=8080
    )

    made = service.lifecycle.create(
        desired_in(twin, infrastructure=infrastructure, container=container, environment_variables={"COLOUR": "red"})
    )

    told = service.lifecycle.describe(made.id)
    assert (told.infrastructure.access_log, told.infrastructure.predict_log) == (log, log)
    assert told.infrastructure.auto_scaling
    assert told.infrastructure.auto_scaling.maximum_instance_count == 4
    assert told.container == container
    assert told.environment_variables == {"COLOUR": "red"}
    assert settled(service, made).state is LifecycleState.ACTIVE


def test_a_limit_of_the_tenancy_is_told(twin: Twin, service: OciDeployService) -> None:
    fail(twin, "create_model_deployment", status=400, code="LimitExceeded")

    with pytest.raises(QuotaExceededError):
        service.lifecycle.create(desired_in(twin))


def test_a_port_is_for_this_machine(twin: Twin, tmp_path: Path) -> None:
    connection = connection_to(twin, tmp_path)
    session = Session(target=Target(), home=tmp_path, options=CommandOptions(port=8080))
    lifecycle = OciLifecycle(Connection(session, environ=connection.settings.environ))

    with pytest.raises(InvalidRequestError) as caught:
        lifecycle.check("fraud")

    assert str(caught.value) == "-C port=… is for the target oci-datascience://local; OCI gives every URL itself"


def test_who_nobody_knows_is_told_before_anything_is_made(twin: Twin, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    service = service_on(twin, tmp_path, OCI_MLFLOW_CONFIG_FILE=missing, OCI_CONFIG_FILE=missing, HOME=str(tmp_path))

    with pytest.raises(InvalidRequestError):
        service.lifecycle.check("fraud")


def test_the_session_says_where_an_order_that_does_not_belongs(twin: Twin, service: OciDeployService) -> None:
    made = service.lifecycle.create(attrs.evolve(desired_in(twin), compartment_id="", project_id=""))

    told = service.lifecycle.describe(made.id)
    assert (told.compartment_id, told.project_id) == (twin.compartment_id, twin.project_id)
