"""OCI's documentation leaves some of its behaviour open; whichever way it is, the same comes of an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from integration.oci.deployments.orders import active_in, infrastructure_of, model_in, settled, updated
from integration.oci.deployments.rig import deployments_in, fail
from oci_twin.data_science.behaviour import Behaviour
from oci_twin.twin import Twin

from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.planning.desired import changes_between
from oci_mlflow_core.planning.edits.passes import EditPlanner
from oci_mlflow_core.spec.infrastructure import Infrastructure, LogRef
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.service import OciDeployService

CHOICES: dict[str, dict[str, Any]] = {
    "members of an object stay that an update leaves out": {"update_replaces": "members"},
    "an update shows when it is done": {"updating_shows": "old"},
    "defaults are not shown": {"shows_defaults": False},
    "there is no URL at first": {"url_while_creating": False},
    "the newest line comes first": {"newest_entries_first": True},
    "a refused edit is a conflict": {"edit_rule_status": 409},
    "what needed attention goes on to": {"update_mends": False, "needs_attention_takes": "documented"},
}


@pytest.fixture(scope="module", params=list(CHOICES.values()), ids=list(CHOICES))
def serving(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Twin]:
    with Twin(clock=clock, runtime="none", behaviour=Behaviour(**request.param)) as twin:
        yield twin


def test_a_deployment_comes_up_and_has_a_url(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service)

    assert made.url.endswith(made.id)
    assert service.lifecycle.observe(made.id).messages[-1].endswith("succeeded.")


def test_an_update_in_passes_leads_to_what_is_wanted(twin: Twin, service: OciDeployService) -> None:
    made = active_in(twin, service, environment_variables={"COLOUR": "red", "SIZE": "1"})
    current = service.lifecycle.describe(made.id)
    wanted = attrs.evolve(
        current,
        description="new",
        freeform_tags={"team": "risk"},
        model_id=model_in(twin, b"other"),
        infrastructure=attrs.evolve(current.infrastructure, replica=2, bandwidth_mbps=30),
        environment_variables={"COLOUR": "blue"},
    )
    planner = EditPlanner(current=current, state=LifecycleState.ACTIVE)

    for each in planner.passes(wanted, changes_between(current, wanted)):
        service.lifecycle.update(made.id, each.desired, each.changes)
        assert settled(service, made).state is LifecycleState.ACTIVE

    assert changes_between(service.lifecycle.describe(made.id), wanted) == ()


def test_what_is_taken_away_is_gone(twin: Twin, service: OciDeployService) -> None:
    log = LogRef(log_group_id=twin.log_group_id, log_id=twin.log_id)
    container = ContainerRuntime(
        image="iad.ocir.io/ns/repository:tag", cmd=("--fast",), server_port=8080, predict_api_specification="openai"
    )
    infrastructure = Infrastructure(access_log=log, predict_log=log)
    made = active_in(twin, service, container=container, infrastructure=infrastructure)

    updated(service, made, access_log=None)
    settled(service, made)
    current = service.lifecycle.describe(made.id)
    bare = attrs.evolve(current, container=ContainerRuntime(image=container.image, server_port=8080))
    service.lifecycle.update(made.id, bare, changes_between(current, bare))
    settled(service, made)

    assert (infrastructure_of(service, made).access_log, infrastructure_of(service, made).predict_log) == (None, log)
    assert service.lifecycle.describe(made.id).container == bare.container


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_lost_answer_to_an_update_changes_nothing(twin: Twin, service: OciDeployService, kind: str) -> None:
    made = active_in(twin, service)
    fail(twin, "update_model_deployment", kind)

    updated(service, made, replica=3)

    assert settled(service, made).state is LifecycleState.ACTIVE
    assert infrastructure_of(service, made).replica == 3


def test_a_failed_update_can_be_mended_and_deleted(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    made = active_in(twin, service)
    twin.outcomes.fail_next("MODEL_DEPLOYMENT_UPDATE", "No capacity.", ["trying", "giving up"])
    updated(service, made, replica=3)
    failed = settled(service, made)

    updated(service, made, replica=2)
    mended = settled(service, made)
    seen = service.lifecycle.observe(made.id)
    service.lifecycle.delete(made.id, step)

    assert failed.lifecycle_details == "InternalServerError: No capacity."
    assert failed.log_tail[1:3] == ("trying", "giving up")
    assert mended.state in {LifecycleState.ACTIVE, LifecycleState.NEEDS_ATTENTION}
    assert seen.succeeded
    assert deployments_in(twin) == []
