"""What a deployment should be, and how that differs from what is."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_mlflow_core.model.deployment import MODEL_URI_TAG
from oci_mlflow_core.planning.desired import changes_between, desired_deployment, merged_deployment
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.infrastructure import AutoScaling, Infrastructure, LogRef, ShapeConfig
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime

CURRENT = DesiredDeployment(
    name="fraud",
    model_id="ocid1.model",
    description="finds fraud",
    freeform_tags={"team": "risk", MODEL_URI_TAG: "models:/fraud/1"},
    infrastructure=Infrastructure(
        shape_name="VM.Standard.E4.Flex", shape_config_details=ShapeConfig(ocpus=1, memory_in_gbs=16), replica=1
    ),
    environment_variables={"TOKEN": "s3cret", "WEB_CONCURRENCY": "2"},
)
NOTHING: frozenset[str] = frozenset()


def merged(spec: DeploymentSpec, *resets: str) -> DesiredDeployment:
    return merged_deployment(CURRENT, spec, frozenset(resets))


def told(desired: DesiredDeployment) -> list[str]:
    return [str(change) for change in changes_between(CURRENT, desired)]


def test_a_file_that_mentions_nothing_changes_nothing() -> None:
    assert merged(DeploymentSpec()) == CURRENT


def test_a_nested_field_is_set_without_its_neighbours() -> None:
    spec = DeploymentSpec(infrastructure=Infrastructure(shape_config_details=ShapeConfig(ocpus=4)))

    desired = merged(spec)

    assert desired.infrastructure.shape_config_details == ShapeConfig(ocpus=4, memory_in_gbs=16)
    assert told(desired) == ["spec.infrastructure.spec.shapeConfigDetails.ocpus: 1 → 4"]


def test_null_resets_a_field() -> None:
    desired = merged(DeploymentSpec(), "spec.infrastructure.spec.replica", "spec.description")

    assert told(desired) == [
        "spec.description: finds fraud → (none)",
        "spec.infrastructure.spec.replica: 1 → (none)",
    ]


def test_null_resets_a_whole_section() -> None:
    desired = merged(DeploymentSpec(), "spec.infrastructure.spec.shapeConfigDetails")

    assert desired.infrastructure.shape_config_details is None


def test_env_is_replaced_as_a_whole_and_its_values_are_never_shown() -> None:
    desired = merged(DeploymentSpec(runtime=CondaRuntime(env={"LEVEL": "debug"})))

    assert desired.environment_variables == {"LEVEL": "debug", "WEB_CONCURRENCY": "2"}
    assert told(desired) == ["spec.runtime.spec.env.TOKEN: removed", "spec.runtime.spec.env.LEVEL: set"]


def test_web_concurrency_is_an_environment_variable_with_a_key_of_its_own() -> None:
    desired = merged(DeploymentSpec(infrastructure=Infrastructure(web_concurrency=4)))

    assert desired.environment_variables == {"TOKEN": "s3cret", "WEB_CONCURRENCY": "4"}
    assert told(desired) == ["spec.runtime.spec.env.WEB_CONCURRENCY: 2 → 4"]


def test_web_concurrency_is_reset_by_its_own_key() -> None:
    desired = merged(DeploymentSpec(), "spec.infrastructure.spec.webConcurrency")

    assert desired.environment_variables == {"TOKEN": "s3cret"}


def test_a_section_that_was_not_there_is_added() -> None:
    spec = DeploymentSpec(infrastructure=Infrastructure(auto_scaling=AutoScaling(maximum_instance_count=5)))

    assert told(merged(spec)) == ["spec.infrastructure.spec.autoScaling.maximumInstanceCount: (none) → 5"]


def test_freeform_tags_are_replaced_without_those_that_tie_it_to_its_model() -> None:
    desired = merged(DeploymentSpec(freeform_tags={"cost": "7"}))

    assert desired.freeform_tags == {"cost": "7", MODEL_URI_TAG: "models:/fraud/1"}
    assert told(desired) == ["spec.freeformTags.team: risk → (none)", "spec.freeformTags.cost: (none) → 7"]


def test_values_that_came_from_the_environment_are_not_shown() -> None:
    desired = attrs.evolve(CURRENT, description="from a variable")

    changes = changes_between(CURRENT, desired, {"spec.description"})

    assert [str(change) for change in changes] == ["spec.description: changed"]


def test_a_created_deployment_has_what_the_file_says() -> None:
    spec = DeploymentSpec(
        description="finds fraud",
        freeform_tags={"team": "risk"},
        infrastructure=Infrastructure(compartment_id="c", project_id="p", web_concurrency=3),
        runtime=CondaRuntime(env={"LEVEL": "info"}, score_code=Path("/a/score.py")),
    )

    desired = desired_deployment("fraud", spec, "ocid1.model", {MODEL_URI_TAG: "models:/fraud/1"})

    assert (desired.compartment_id, desired.project_id) == ("c", "p")
    assert desired.environment_variables == {"LEVEL": "info", "WEB_CONCURRENCY": "3"}
    assert desired.freeform_tags == {"team": "risk", MODEL_URI_TAG: "models:/fraud/1"}


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Infrastructure)])
def test_every_infrastructure_field_can_be_reset(field: str) -> None:
    declared = attrs.fields_dict(Infrastructure)[field]
    key = next(iter(declared.metadata.values())).name

    desired = merged(DeploymentSpec(), f"spec.infrastructure.spec.{key}")

    assert getattr(desired.infrastructure, field) is None


@given(
    replica=st.none() | st.integers(1, 10),
    bandwidth=st.none() | st.integers(10, 100),
    ocpus=st.none() | st.integers(1, 64),
)
def test_applying_a_file_twice_is_applying_it_once(
    replica: int | None, bandwidth: int | None, ocpus: int | None
) -> None:
    spec = DeploymentSpec(
        infrastructure=Infrastructure(
            replica=replica, bandwidth_mbps=bandwidth, shape_config_details=ShapeConfig(ocpus=ocpus)
        )
    )

    once = merged_deployment(CURRENT, spec, NOTHING)
    twice = merged_deployment(once, spec, NOTHING)

    assert changes_between(once, twice) == ()


ONE_LOG = Infrastructure(log_group_id="group", log_id="log")
BOTH_LOGS = LogRef(log_group_id="group", log_id="log")


def test_one_log_for_both_is_the_same_as_both() -> None:
    current = attrs.evolve(CURRENT, infrastructure=Infrastructure(access_log=BOTH_LOGS, predict_log=BOTH_LOGS))

    desired = merged_deployment(current, DeploymentSpec(infrastructure=ONE_LOG), NOTHING)

    assert changes_between(current, desired) == ()
    assert changes_between(desired_deployment("fraud", DeploymentSpec(infrastructure=ONE_LOG), "", {}), current) != ()


def test_one_log_for_both_wins_over_those_that_are_there() -> None:
    other = LogRef(log_group_id="other", log_id="other")
    current = attrs.evolve(CURRENT, infrastructure=Infrastructure(access_log=other, predict_log=BOTH_LOGS))

    desired = merged_deployment(current, DeploymentSpec(infrastructure=ONE_LOG), NOTHING)

    assert (desired.infrastructure.access_log, desired.infrastructure.predict_log) == (BOTH_LOGS, BOTH_LOGS)


def test_null_for_the_one_log_resets_both() -> None:
    current = attrs.evolve(CURRENT, infrastructure=Infrastructure(access_log=BOTH_LOGS, predict_log=BOTH_LOGS))

    desired = merged_deployment(current, DeploymentSpec(), frozenset({"spec.infrastructure.spec.logId"}))

    assert (desired.infrastructure.access_log, desired.infrastructure.predict_log) == (None, None)


def test_the_other_type_of_runtime_gives_the_container_up() -> None:
    current = attrs.evolve(CURRENT, container=ContainerRuntime(image="iad.ocir.io/team/fraud:1"))

    assert merged_deployment(current, DeploymentSpec(), NOTHING).container == current.container
    assert merged_deployment(current, DeploymentSpec(runtime=CondaRuntime()), NOTHING).container is None


def test_a_container_is_changed_key_by_key() -> None:
    current = attrs.evolve(CURRENT, container=ContainerRuntime(image="iad.ocir.io/team/fraud:1", server_port=8080))

    desired = merged_deployment(
        current, DeploymentSpec(runtime=ContainerRuntime(image="iad.ocir.io/team/fraud:2")), NOTHING
    )

    assert desired.container == ContainerRuntime(image="iad.ocir.io/team/fraud:2", server_port=8080)
