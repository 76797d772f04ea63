from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from unit.oci.deployments.deployments_wanted import deployments
from unit.oci.deployments.sdk_models import through_the_sdk

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.planning.desired import changes_between, desired_deployment, merged_deployment
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.infrastructure import (
    AutoScaling,
    ComputeTarget,
    CustomScalingRule,
    Infrastructure,
    LogRef,
    ScalingType,
)
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_plugin.adapters.oci.deployments.tree.creation import create_tree
from oci_mlflow_plugin.adapters.oci.deployments.tree.description import described

MODEL = "ocid1.datasciencemodel.oc1.iad.m"
TARGET = "ocid1.datasciencecomputetarget.oc1.iad.t"


def configuration(infrastructure: Infrastructure, **more: Any) -> dict[str, Any]:
    desired = DesiredDeployment(name="fraud", model_id=MODEL, infrastructure=infrastructure, **more)
    found: dict[str, Any] = create_tree(desired)["modelDeploymentConfigurationDetails"]
    return found


@given(desired=deployments)
def test_the_sdk_has_a_name_for_everything_that_is_sent(desired: DesiredDeployment) -> None:
    tree = create_tree(desired)

    assert through_the_sdk(tree, "CreateModelDeploymentDetails") == tree


@given(desired=deployments)
def test_what_is_described_is_created_alike(desired: DesiredDeployment) -> None:
    tree = create_tree(desired)

    assert create_tree(described(tree)) == tree


@given(desired=deployments)
def test_the_file_that_a_deployment_was_made_from_changes_nothing(desired: DesiredDeployment) -> None:
    spec = DeploymentSpec(
        description=desired.description or None,
        freeform_tags=desired.freeform_tags,
        defined_tags=desired.defined_tags,
        infrastructure=desired.infrastructure,
        runtime=desired.container and attrs.evolve(desired.container, env=desired.environment_variables or None),
    )
    made = attrs.evolve(
        desired_deployment(desired.name, spec, desired.model_id, {}),
        model_group_id=desired.model_group_id,
        compartment_id=desired.compartment_id,
        project_id=desired.project_id,
    )

    seen = described(create_tree(made))

    assert changes_between(seen, merged_deployment(seen, spec, frozenset())) == ()


def test_a_file_that_says_nothing_gets_the_defaults_of_ads() -> None:
    desired = DesiredDeployment(name="fraud", model_id=MODEL, compartment_id="c", project_id="p")

    assert create_tree(desired) == {
        "displayName": "fraud",
        "compartmentId": "c",
        "projectId": "p",
        "modelDeploymentConfigurationDetails": {
            "deploymentType": "SINGLE_MODEL",
            "modelConfigurationDetails": {
                "modelId": MODEL,
                "instanceConfiguration": {
                    "instanceShapeName": "VM.Standard.E4.Flex",
                    "modelDeploymentInstanceShapeConfigDetails": {"ocpus": 1, "memoryInGBs": 16},
                },
                "scalingPolicy": {"policyType": "FIXED_SIZE", "instanceCount": 1},
                "bandwidthMbps": 10,
            },
            "environmentConfigurationDetails": {"environmentConfigurationType": "DEFAULT", "environmentVariables": {}},
        },
    }


def test_a_fixed_shape_is_sent_without_a_size() -> None:
    found = configuration(Infrastructure(shape_name="VM.GPU.A10.1"))

    assert found["modelConfigurationDetails"]["instanceConfiguration"] == {"instanceShapeName": "VM.GPU.A10.1"}


def test_a_flat_log_is_both_logs_and_wins() -> None:
    other = LogRef(log_id="other", log_group_id="group")
    infrastructure = Infrastructure(log_id="log", log_group_id="group", access_log=other)

    tree = create_tree(DesiredDeployment(name="fraud", model_id=MODEL, infrastructure=infrastructure))

    both = {"logId": "log", "logGroupId": "group"}
    assert tree["categoryLogDetails"] == {"access": both, "predict": both}


def test_autoscaling_begins_with_the_replica_and_the_defaults_of_ads() -> None:
    auto = AutoScaling(scaling_type=ScalingType.MEMORY_UTILIZATION)

    found = configuration(Infrastructure(replica=2, auto_scaling=auto))

    assert found["modelConfigurationDetails"]["scalingPolicy"] == {
        "policyType": "AUTOSCALING",
        "isEnabled": True,
        "autoScalingPolicies": [
            {
                "autoScalingPolicyType": "THRESHOLD",
                "minimumInstanceCount": 1,
                "maximumInstanceCount": 3,
                "initialInstanceCount": 2,
                "rules": [
                    {
                        "metricExpressionRuleType": "PREDEFINED_EXPRESSION",
                        "metricType": "MEMORY_UTILIZATION",
                        "scaleInConfiguration": {"scalingConfigurationType": "THRESHOLD", "threshold": 30},
                        "scaleOutConfiguration": {"scalingConfigurationType": "THRESHOLD", "threshold": 70},
                    }
                ],
            }
        ],
    }


def test_autoscaling_follows_queries() -> None:
    rule = CustomScalingRule(scale_in_query="low", scale_out_query="high", instance_count_adjustment=2)
    auto = AutoScaling(scaling_type=ScalingType.CUSTOM, custom_rule=rule, pending_duration="PT5M")

    found = configuration(Infrastructure(auto_scaling=auto))

    (details,) = found["modelConfigurationDetails"]["scalingPolicy"]["autoScalingPolicies"]
    pace = {"scalingConfigurationType": "QUERY", "pendingDuration": "PT5M", "instanceCountAdjustment": 2}
    assert details["rules"] == [
        {
            "metricExpressionRuleType": "CUSTOM_EXPRESSION",
            "scaleInConfiguration": {**pace, "query": "low"},
            "scaleOutConfiguration": {**pace, "query": "high"},
        }
    ]


def test_a_model_group_is_served_on_a_pool_of_instances() -> None:
    desired = DesiredDeployment(name="fraud", model_id="", model_group_id="group")

    found = create_tree(desired)["modelDeploymentConfigurationDetails"]

    assert found["deploymentType"] == "MODEL_GROUP"
    assert found["modelGroupConfigurationDetails"] == {"modelGroupId": "group"}
    assert found["infrastructureConfigurationDetails"]["infrastructureType"] == "INSTANCE_POOL"
    assert found["infrastructureConfigurationDetails"]["scalingPolicy"]["instanceCount"] == 1


def test_a_compute_target_replaces_instances() -> None:
    target = ComputeTarget(compute_target_id=TARGET, ocpus=2, memory_in_gbs=16, gpu_count=1)

    found = configuration(Infrastructure(compute_target_details=target, replica=3))

    assert found["deploymentType"] == "SINGLE_MODEL_FLEX"
    assert found["modelConfigurationDetails"] == {"modelId": MODEL}
    assert found["infrastructureConfigurationDetails"] == {
        "infrastructureType": "MANAGED_COMPUTE_CLUSTER",
        "computeTargetId": TARGET,
        "modelDeploymentResourceConfiguration": {
            "resourceRequestConfiguration": {"ocpus": 2, "memoryInGBs": 16, "gpus": 1}
        },
        "scalingPolicy": {"policyType": "FIXED_SIZE", "instanceCount": 3},
    }


@pytest.mark.parametrize(
    ("auto", "message"),
    [
        (
            AutoScaling(scaling_type=ScalingType.CUSTOM),
            (
                "spec.infrastructure.spec.autoScaling.scalingType: "
                "a compute target (computeTargetDetails) takes no custom queries"
            ),
        ),
        (
            AutoScaling(scale_in_threshold=20),
            (
                "spec.infrastructure.spec.autoScaling.scaleInThreshold: "
                "a compute target (computeTargetDetails) keeps one value, scaleOutThreshold"
            ),
        ),
    ],
)
def test_a_compute_target_scales_by_one_value(auto: AutoScaling, message: str) -> None:
    target = ComputeTarget(compute_target_id=TARGET, ocpus=2, memory_in_gbs=16)

    with pytest.raises(InvalidRequestError) as caught:
        configuration(Infrastructure(compute_target_details=target, auto_scaling=auto))

    assert str(caught.value) == message


def test_a_container_is_sent_with_its_variables() -> None:
    container = ContainerRuntime(image="iad.ocir.io/ns/repository:tag", entrypoint=("/serve",), server_port=8080)

    found = configuration(Infrastructure(), container=container, environment_variables={"COLOUR": "red"})

    assert found["environmentConfigurationDetails"] == {
        "environmentConfigurationType": "OCIR_CONTAINER",
        "image": "iad.ocir.io/ns/repository:tag",
        "entrypoint": ["/serve"],
        "serverPort": 8080,
        "environmentVariables": {"COLOUR": "red"},
    }
