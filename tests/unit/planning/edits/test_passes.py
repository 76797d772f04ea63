"""Which orders lead from one deployment to another."""

from __future__ import annotations

import attrs
import pytest
from unit.planning.edits.deployments import SECOND_MODEL, SERVED, passes, titles, with_infrastructure

from oci_mlflow_core.model.deployment import MODEL_URI_TAG, LifecycleState
from oci_mlflow_core.model.options import UpdateStrategy
from oci_mlflow_core.planning.desired import OWN_TAGS, changes_between
from oci_mlflow_core.planning.edits.groups import EditGroup
from oci_mlflow_core.planning.edits.passes import Order
from oci_mlflow_core.spec.infrastructure import AutoScaling, LogRef, ScalingType
from oci_mlflow_core.spec.runtime import ContainerRuntime

EVERYTHING = attrs.evolve(
    with_infrastructure(
        SERVED,
        access_log=LogRef(log_group_id="group", log_id="log"),
        bandwidth_mbps=20,
        shape_name="VM.Standard3.Flex",
        replica=2,
    ),
    description="finds fraud",
    environment_variables={"LEVEL": "debug"},
    **SECOND_MODEL,
)
RULE = AutoScaling(scaling_type=ScalingType.CPU_UTILIZATION, maximum_instance_count=3)
DEACTIVATE_FIRST = UpdateStrategy.DEACTIVATE_FIRST


def test_no_difference_is_no_pass() -> None:
    assert passes(SERVED, SERVED) == ()


@pytest.mark.parametrize("state", [LifecycleState.ACTIVE, LifecycleState.NEEDS_ATTENTION])
def test_a_live_deployment_is_changed_group_by_group_and_the_record_is_last(state: LifecycleState) -> None:
    edits = passes(SERVED, EVERYTHING, state)

    assert titles(edits) == [
        "name, description and tags",
        "logging",
        "bandwidth",
        "compute",
        "environment",
        "model",
        "record of the model",
    ]


def test_an_inactive_deployment_takes_everything_at_once_and_then_the_record() -> None:
    edits = passes(SERVED, EVERYTHING, LifecycleState.INACTIVE)

    assert titles(edits) == ["change", "record of the model"]
    assert edits[0].desired.model_id == EVERYTHING.model_id
    assert edits[0].desired.freeform_tags[MODEL_URI_TAG] == "models:/fraud/1"
    assert edits[-1].desired == EVERYTHING


def test_settings_of_an_inactive_deployment_are_one_order() -> None:
    desired = attrs.evolve(with_infrastructure(SERVED, replica=2, bandwidth_mbps=20), description="finds fraud")

    edits = passes(SERVED, desired, LifecycleState.INACTIVE)

    assert titles(edits) == ["change"]
    assert edits[0].desired == desired
    assert len(edits[0].changes) == 3


def test_an_inactive_deployment_stays_so_unless_a_command_left_it() -> None:
    desired = with_infrastructure(SERVED, replica=2)

    left = passes(SERVED, desired, LifecycleState.INACTIVE, activates=True)
    again = passes(SERVED, SERVED, LifecycleState.INACTIVE, activates=True)

    assert titles(left) == ["change", "activate"]
    assert titles(again) == ["activate"]


def test_deactivate_first_changes_everything_while_it_is_off() -> None:
    edits = passes(SERVED, EVERYTHING, strategy=DEACTIVATE_FIRST)

    assert [edit.order for edit in edits] == [Order.DEACTIVATE, Order.CHANGE, Order.ACTIVATE, Order.CHANGE]
    assert titles(edits) == ["deactivate", "change", "activate", "record of the model"]
    assert edits[0].desired == SERVED
    assert edits[1].desired == edits[2].desired
    assert edits[-1].desired == EVERYTHING


@pytest.mark.parametrize(
    "desired",
    [
        attrs.evolve(SERVED, description="finds fraud", name="theft", defined_tags={"cost": {"centre": 7}}),
        attrs.evolve(SERVED, freeform_tags={**SERVED.freeform_tags, "team": "theft", MODEL_URI_TAG: "models:/fraud/2"}),
    ],
)
def test_nothing_is_deactivated_for_names_and_tags(desired: object) -> None:
    edits = passes(SERVED, desired, strategy=DEACTIVATE_FIRST)  # type: ignore[arg-type]

    assert {edit.order for edit in edits} == {Order.CHANGE}
    assert edits[-1].desired == desired


def test_tags_of_the_user_go_with_the_name_and_the_projects_own_with_the_record() -> None:
    desired = attrs.evolve(SERVED, freeform_tags={"team": "theft", MODEL_URI_TAG: "models:/fraud/2"})

    first, last = passes(SERVED, desired)

    assert (first.group, last.group) == (EditGroup.IDENTITY, EditGroup.RECORD)
    assert first.desired.freeform_tags == {**SERVED.freeform_tags, "team": "theft"}
    assert {change.path for change in first.changes} == {"spec.freeformTags.team"}
    assert last.desired.freeform_tags == desired.freeform_tags
    assert not any(key in OWN_TAGS for key in first.desired.freeform_tags if key not in SERVED.freeform_tags)


def test_the_replica_of_a_fixed_number_goes_with_the_shape() -> None:
    (edit,) = passes(SERVED, with_infrastructure(SERVED, replica=3, shape_name="VM.Standard3.Flex"))

    assert edit.group is EditGroup.COMPUTE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"replica": 1}, {"replica": 2, "auto_scaling": RULE}),
        ({"replica": 1, "auto_scaling": RULE}, {"replica": 2}),
        ({"replica": 1, "auto_scaling": RULE}, {"replica": 2, "auto_scaling": RULE}),
    ],
)
def test_the_replica_of_a_deployment_that_scales_goes_with_its_rule(
    before: dict[str, object], after: dict[str, object]
) -> None:
    current = with_infrastructure(SERVED, **{"auto_scaling": None, **before})
    desired = with_infrastructure(SERVED, **{"auto_scaling": None, **after, "shape_name": "VM.Standard3.Flex"})

    compute, scaling = passes(current, desired)

    assert (compute.group, scaling.group) == (EditGroup.COMPUTE, EditGroup.SCALING)
    assert compute.desired.infrastructure.replica == 1
    assert [change.path for change in compute.changes] == ["spec.infrastructure.spec.shapeName"]
    assert scaling.desired == desired


def test_a_rule_that_replaces_a_fixed_number_is_one_order() -> None:
    desired = with_infrastructure(SERVED, auto_scaling=RULE, replica=None)

    (edit,) = passes(SERVED, desired)

    assert edit.group is EditGroup.SCALING
    assert edit.desired == desired


def test_another_image_is_an_order_of_its_own() -> None:
    current = attrs.evolve(SERVED, container=ContainerRuntime(image="iad.ocir.io/team/fraud:1"))
    desired = attrs.evolve(
        current, container=ContainerRuntime(image="iad.ocir.io/team/fraud:2"), environment_variables={"LEVEL": "debug"}
    )

    (edit,) = passes(current, desired)

    assert edit.group is EditGroup.RUNTIME
    assert {change.path for change in edit.changes} == {"spec.runtime.spec.image", "spec.runtime.spec.env.LEVEL"}


def test_another_type_of_runtime_is_made_while_it_is_off() -> None:
    desired = attrs.evolve(SERVED, container=ContainerRuntime(image="iad.ocir.io/team/fraud:1"))

    edits = passes(SERVED, desired, strategy=DEACTIVATE_FIRST)

    assert titles(edits) == ["deactivate", "change", "activate"]
    assert changes_between(edits[0].desired, edits[1].desired) == edits[1].changes


def test_a_subnet_is_set_while_it_is_off() -> None:
    desired = with_infrastructure(SERVED, subnet_id="ocid1.subnet.one")

    assert titles(passes(SERVED, desired, strategy=DEACTIVATE_FIRST)) == ["deactivate", "change", "activate"]
    assert titles(passes(SERVED, desired, LifecycleState.INACTIVE)) == ["change"]
