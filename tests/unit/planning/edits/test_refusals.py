"""What OCI does not let anybody change, told before anything is touched."""

from __future__ import annotations

import attrs
import pytest
from unit.planning.edits.deployments import SERVED, passes, titles, with_infrastructure

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.model.options import UpdateStrategy
from oci_mlflow_core.planning.desired import changes_between
from oci_mlflow_core.planning.edits.passes import EditPlanner
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import ComputeTarget, NetworkAccessType
from oci_mlflow_core.spec.runtime import ContainerRuntime

MANAGED = NetworkAccessType.MANAGED_NETWORKING_INTERNET_ACCESS
CUSTOM = NetworkAccessType.CUSTOM_NETWORKING
ANOTHER = "Create another deployment, and delete this one."
IN_SUBNET = with_infrastructure(SERVED, subnet_id="ocid1.subnet.one")


def refusal(
    current: DesiredDeployment,
    desired: DesiredDeployment,
    strategy: UpdateStrategy = UpdateStrategy.IN_PLACE,
    state: LifecycleState = LifecycleState.ACTIVE,
) -> tuple[str, str]:
    with pytest.raises(InvalidRequestError) as failure:
        passes(current, desired, state, strategy)
    return str(failure.value), failure.value.hint


def test_the_project_stays() -> None:
    current = with_infrastructure(SERVED, project_id="one")

    assert refusal(current, with_infrastructure(SERVED, project_id="two")) == (
        "spec.infrastructure.spec.projectId of a deployment cannot be changed (one → two)",
        ANOTHER,
    )


def test_the_compartment_is_changed_by_other_means() -> None:
    current = with_infrastructure(SERVED, compartment_id="one")

    assert refusal(current, with_infrastructure(SERVED, compartment_id="two")) == (
        "spec.infrastructure.spec.compartmentId of a deployment cannot be changed (one → two)",
        "'oci data-science model-deployment change-compartment' moves it; the file then names the new one.",
    )


def test_a_value_from_the_environment_is_not_shown() -> None:
    desired = with_infrastructure(SERVED, project_id="s3cret")
    changes = changes_between(SERVED, desired, {"spec.infrastructure.spec.projectId"})

    with pytest.raises(InvalidRequestError) as failure:
        EditPlanner(current=SERVED, state=LifecycleState.ACTIVE).passes(desired, changes)

    assert str(failure.value) == "spec.infrastructure.spec.projectId of a deployment cannot be changed"


@pytest.mark.parametrize("reverse", [False, True])
def test_one_model_does_not_become_a_group(reverse: bool) -> None:  # noqa: FBT001
    group = attrs.evolve(SERVED, model_id="", model_group_id="ocid1.datasciencemodelgroup.one")
    current, desired = (group, SERVED) if reverse else (SERVED, group)

    assert refusal(current, desired, UpdateStrategy.DEACTIVATE_FIRST) == (
        "a deployment of one model cannot become one of a model group, or the other way round",
        ANOTHER,
    )


@pytest.mark.parametrize("reverse", [False, True])
def test_instances_do_not_become_a_compute_cluster(reverse: bool) -> None:  # noqa: FBT001
    cluster = with_infrastructure(SERVED, compute_target_details=ComputeTarget(compute_target_id="one", ocpus=1))
    current, desired = (cluster, SERVED) if reverse else (SERVED, cluster)

    assert refusal(current, desired, state=LifecycleState.INACTIVE) == (
        (
            "spec.infrastructure.spec.computeTargetDetails: a deployment on instances of its own cannot move to a "
            "compute cluster, or the other way round"
        ),
        ANOTHER,
    )


def test_the_share_of_a_compute_cluster_is_changed_while_it_serves() -> None:
    current = with_infrastructure(SERVED, compute_target_details=ComputeTarget(compute_target_id="one", ocpus=1))
    desired = with_infrastructure(SERVED, compute_target_details=ComputeTarget(compute_target_id="one", ocpus=2))

    assert titles(passes(current, desired)) == ["compute"]


@pytest.mark.parametrize("state", [LifecycleState.ACTIVE, LifecycleState.INACTIVE])
@pytest.mark.parametrize("strategy", list(UpdateStrategy))
@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ({"subnet_id": "one"}, {}, "subnetId"),
        ({"subnet_id": "one", "network_access_type": CUSTOM}, {"network_access_type": CUSTOM}, "subnetId"),
        ({"subnet_id": "one"}, {"subnet_id": "one", "network_access_type": MANAGED}, "networkAccessType"),
        ({"network_access_type": CUSTOM}, {"network_access_type": MANAGED}, "networkAccessType"),
        ({"network_access_type": CUSTOM}, {}, "networkAccessType"),
    ],
)
def test_custom_networking_is_not_left(
    before: dict[str, object], after: dict[str, object], key: str, strategy: UpdateStrategy, state: LifecycleState
) -> None:
    current, desired = with_infrastructure(SERVED, **before), with_infrastructure(SERVED, **after)

    assert refusal(current, desired, strategy, state) == (
        f"spec.infrastructure.spec.{key}: a deployment with custom networking cannot go back to the service's own",
        ANOTHER,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({"network_access_type": MANAGED}, {}),
        ({"subnet_id": "one"}, {"subnet_id": "two"}),
        ({"subnet_id": "one", "network_access_type": CUSTOM}, {"subnet_id": "one"}),
        ({}, {"subnet_id": "one", "network_access_type": CUSTOM}),
    ],
)
def test_other_networking_is_changed_while_it_is_off(before: dict[str, object], after: dict[str, object]) -> None:
    current = with_infrastructure(SERVED, **before)
    desired = with_infrastructure(SERVED, **after, replica=2)

    assert titles(passes(current, desired, strategy=UpdateStrategy.DEACTIVATE_FIRST)) == [
        "deactivate",
        "change",
        "activate",
    ]


@pytest.mark.parametrize("state", [LifecycleState.ACTIVE, LifecycleState.NEEDS_ATTENTION])
def test_networking_of_a_deployment_that_serves(state: LifecycleState) -> None:
    desired = with_infrastructure(SERVED, subnet_id="one", private_endpoint_id="two")

    assert refusal(SERVED, desired, state=state) == (
        (
            "spec.infrastructure.spec.subnetId, spec.infrastructure.spec.privateEndpointId: "
            "can only be changed while the deployment is inactive"
        ),
        (
            "Add '-C update-strategy=deactivate-first': it is deactivated, changed and activated, "
            "and does not answer meanwhile."
        ),
    )


@pytest.mark.parametrize("reverse", [False, True])
def test_the_type_of_runtime_of_a_deployment_that_serves(reverse: bool) -> None:  # noqa: FBT001
    container = attrs.evolve(SERVED, container=ContainerRuntime(image="iad.ocir.io/team/fraud:1"))
    current, desired = (container, SERVED) if reverse else (SERVED, container)

    message, _ = refusal(current, desired)

    assert message == "spec.runtime.type: can only be changed while the deployment is inactive"


def test_what_stays_as_it_is_refuses_nothing() -> None:
    assert titles(passes(IN_SUBNET, attrs.evolve(IN_SUBNET, description="finds fraud"))) == [
        "name, description and tags"
    ]
