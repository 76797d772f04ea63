from __future__ import annotations

from typing import Any

import oci
import pytest
from integration.oci_twin.data_science.rig import REPEATED, Science, container, instance, refused, serving, single
from oci_twin.data_science.behaviour import Behaviour

ENVIRONMENT_TYPE = "environmentConfigurationDetails.environmentConfigurationType"


def _sdk_details(science: Science, model_id: str) -> oci.data_science.models.CreateModelDeploymentDetails:
    """The same deployment as the SDK's classes say it."""
    models = oci.data_science.models
    log = models.LogDetails(log_id=science.twin.log_id, log_group_id=science.twin.log_group_id)
    shape = models.ModelDeploymentInstanceShapeConfigDetails(ocpus=2, memory_in_gbs=32, cpu_baseline="BASELINE_1_2")
    return models.CreateModelDeploymentDetails(
        compartment_id=science.compartment_id,
        project_id=science.project_id,
        display_name="fraud",
        description="d",
        freeform_tags={"a": "b"},
        category_log_details=models.CategoryLogDetails(access=log, predict=log),
        model_deployment_configuration_details=models.SingleModelDeploymentConfigurationDetails(
            model_configuration_details=models.ModelConfigurationDetails(
                model_id=model_id,
                bandwidth_mbps=20,
                maximum_bandwidth_mbps=40,
                scaling_policy=models.FixedSizeScalingPolicy(instance_count=2),
                instance_configuration=models.InstanceConfiguration(
                    instance_shape_name="VM.Standard.E4.Flex", model_deployment_instance_shape_config_details=shape
                ),
            ),
            environment_configuration_details=models.DefaultModelDeploymentEnvironmentConfigurationDetails(
                environment_variables={"WEB_CONCURRENCY": "2"}
            ),
        ),
    )


def test_a_deployment_is_created_as_the_classes_of_the_sdk_say_it(science: Science) -> None:
    model_id = science.model()

    response = science.client.create_model_deployment(_sdk_details(science, model_id))
    shown = response.data

    model = shown.model_deployment_configuration_details.model_configuration_details
    environment = shown.model_deployment_configuration_details.environment_configuration_details
    assert (response.status, shown.lifecycle_state, shown.display_name) == (202, "CREATING", "fraud")
    assert (model.model_id, model.scaling_policy.instance_count) == (model_id, 2)
    assert (model.bandwidth_mbps, model.maximum_bandwidth_mbps) == (20, 40)
    assert environment.environment_variables == {"WEB_CONCURRENCY": "2"}
    assert shown.category_log_details.predict.log_id == science.twin.log_id
    assert response.headers["etag"]
    assert response.headers["opc-work-request-id"].startswith("ocid1.datascienceworkrequest.")


def test_the_url_of_a_deployment_is_the_twins_with_its_ocid(science: Science) -> None:
    shown = science.client.get_model_deployment(science.create()).data

    assert shown.model_deployment_url == f"{science.twin.url}/{shown.id}"


def test_the_url_can_be_kept_until_the_deployment_is_active() -> None:
    with serving(behaviour=Behaviour(url_while_creating=False)) as science:
        deployment_id = science.create()
        before = science.client.get_model_deployment(deployment_id).data.model_deployment_url
        science.settled(deployment_id)

        assert before is None
        assert science.client.get_model_deployment(deployment_id).data.model_deployment_url


def test_a_deployment_without_a_name_gets_one(science: Science) -> None:
    details = science.deployment_details(science.model())
    del details["displayName"]

    shown = science.client.create_model_deployment(details).data

    assert shown.display_name.startswith("modeldeployment2")


def test_two_deployments_may_have_one_name(science: Science) -> None:
    model_id = science.model()

    ids = {science.create(science.deployment_details(model_id, displayName="same")) for _ in range(2)}

    assert len(ids) == 2


def test_a_retried_create_makes_one_deployment(science: Science) -> None:
    details = science.deployment_details(science.model())

    first = science.client.create_model_deployment(details, opc_retry_token=REPEATED)
    again = science.client.create_model_deployment(details, opc_retry_token=REPEATED)

    assert first.data.id == again.data.id
    assert first.headers["opc-work-request-id"] == again.headers["opc-work-request-id"]


def test_a_retry_token_with_another_body_is_refused(science: Science) -> None:
    details = science.deployment_details(science.model())
    science.client.create_model_deployment(details, opc_retry_token=REPEATED)

    changed = {**details, "displayName": "other"}

    answer = refused(science.client.create_model_deployment, changed, opc_retry_token=REPEATED)

    assert answer[:2] == (409, "InvalidatedRetryToken")


def test_what_is_not_said_is_filled_in(science: Science) -> None:
    shown = science.client.get_model_deployment(science.create()).data

    configuration = shown.model_deployment_configuration_details
    model = configuration.model_configuration_details
    assert (model.bandwidth_mbps, model.scaling_policy.instance_count) == (10, 1)
    assert model.instance_configuration.network_access_type == "MANAGED_NETWORKING_NO_INTERNET_ACCESS"
    assert configuration.environment_configuration_details.environment_configuration_type == "DEFAULT"


def test_a_container_shows_the_variables_that_the_service_sets(science: Science) -> None:
    details = science.deployment_details(science.model())
    details["modelDeploymentConfigurationDetails"]["environmentConfigurationDetails"] = container()
    deployment_id = science.create(details)

    shown = science.client.get_model_deployment(deployment_id).data.model_deployment_configuration_details

    injected = shown.environment_configuration_details.default_environment_variables
    assert injected == {"MODEL_DEPLOYMENT_OCID": deployment_id, "TENANCY_OCID": science.twin.tenancy_id}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("projectId",), "projectId"),
        (("compartmentId",), "compartmentId"),
        (("modelDeploymentConfigurationDetails",), "modelDeploymentConfigurationDetails"),
        (
            ("modelDeploymentConfigurationDetails", "deploymentType"),
            "modelDeploymentConfigurationDetails.deploymentType",
        ),
        (
            ("modelDeploymentConfigurationDetails", "modelConfigurationDetails"),
            "modelDeploymentConfigurationDetails.modelConfigurationDetails",
        ),
        (
            ("modelDeploymentConfigurationDetails", "modelConfigurationDetails", "modelId"),
            "modelDeploymentConfigurationDetails.modelConfigurationDetails.modelId",
        ),
        (
            ("modelDeploymentConfigurationDetails", "modelConfigurationDetails", "instanceConfiguration"),
            "modelDeploymentConfigurationDetails.modelConfigurationDetails.instanceConfiguration",
        ),
        (
            (
                "modelDeploymentConfigurationDetails",
                "modelConfigurationDetails",
                "instanceConfiguration",
                "instanceShapeName",
            ),
            "modelDeploymentConfigurationDetails.modelConfigurationDetails.instanceConfiguration.instanceShapeName",
        ),
    ],
)
@pytest.mark.parametrize("how", ["absent", "null"])
def test_what_is_required_has_to_be_there(science: Science, path: tuple[str, ...], name: str, how: str) -> None:
    details = science.deployment_details(science.model())
    holder: Any = details
    for key in path[:-1]:
        holder = holder[key]
    holder.pop(path[-1]) if how == "absent" else holder.update({path[-1]: None})

    answer = refused(science.client.create_model_deployment, details)

    assert answer == (400, "MissingParameter", f"{name} is required.")


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        (
            {"deploymentType": "MANY"},
            "deploymentType must be one of SINGLE_MODEL, MODEL_GROUP, SINGLE_MODEL_FLEX, not 'MANY'.",
        ),
        (
            {"environmentConfigurationDetails": {"environmentConfigurationType": "CONDA"}},
            f"{ENVIRONMENT_TYPE} must be one of DEFAULT, OCIR_CONTAINER, not 'CONDA'.",
        ),
    ],
)
def test_a_discriminator_has_one_of_its_values(science: Science, configuration: Any, message: str) -> None:
    details = science.deployment_details(science.model())
    details["modelDeploymentConfigurationDetails"].update(configuration)

    answer = refused(science.client.create_model_deployment, details)

    assert answer == (400, "InvalidParameter", f"modelDeploymentConfigurationDetails.{message}")


def test_an_unknown_field_is_refused_wherever_it_is(science: Science) -> None:
    details = science.deployment_details(science.model())
    model = details["modelDeploymentConfigurationDetails"]["modelConfigurationDetails"]
    model["instanceConfiguration"]["blockStorageSize"] = 50

    answer = refused(science.client.create_model_deployment, details)

    where = "modelDeploymentConfigurationDetails.modelConfigurationDetails.instanceConfiguration"
    assert answer == (400, "CannotParseRequest", f"{where} has no field 'blockStorageSize'.")


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [("bandwidthMbps", "10", "an integer"), ("bandwidthMbps", True, "an integer"), ("modelId", 1, "a string")],
)
def test_a_value_of_another_type_is_refused(science: Science, field: str, value: object, kind: str) -> None:
    details = science.deployment_details(science.model())
    details["modelDeploymentConfigurationDetails"]["modelConfigurationDetails"][field] = value

    answer = refused(science.client.create_model_deployment, details)

    where = f"modelDeploymentConfigurationDetails.modelConfigurationDetails.{field}"
    assert answer == (400, "InvalidParameter", f"{where} must be {kind}.")


def test_a_name_has_at_most_255_characters(science: Science) -> None:
    details = science.deployment_details(science.model(), displayName="n" * 256)

    assert refused(science.client.create_model_deployment, details)[:2] == (400, "InvalidParameter")


def test_a_model_that_is_not_there_is_not_found(science: Science) -> None:
    model_id = "ocid1.datasciencemodel.oc1.iad.none"

    answer = refused(science.create, science.deployment_details(model_id))

    assert answer[0] == 404
    assert answer[2].endswith(model_id)


def test_a_model_without_an_artifact_cannot_be_deployed(science: Science) -> None:
    model_id = science.model(artifact=None)

    answer = refused(science.create, science.deployment_details(model_id))

    assert answer == (400, "InvalidParameter", f"{model_id} has no artifact.")


def test_an_inactive_model_cannot_be_deployed(science: Science) -> None:
    model_id = science.model()
    science.client.deactivate_model(model_id)

    answer = refused(science.create, science.deployment_details(model_id))

    assert answer == (409, "IncorrectState", f"{model_id} is INACTIVE, not ACTIVE.")


def test_a_deleted_model_cannot_be_deployed(science: Science) -> None:
    model_id = science.model()
    science.client.delete_model(model_id)

    assert refused(science.create, science.deployment_details(model_id))[0] == 404


def test_a_model_of_another_compartment_cannot_be_deployed(science: Science) -> None:
    model_id = science.model(compartmentId=science.other_compartment_id)

    answer = refused(science.create, science.deployment_details(model_id))

    assert answer == (400, "InvalidParameter", f"{model_id} is in another compartment than its deployment.")


def test_models_of_other_compartments_can_be_allowed() -> None:
    with serving(behaviour=Behaviour(model_in_same_compartment=False)) as science:
        model_id = science.model(compartmentId=science.other_compartment_id)

        assert science.active(science.deployment_details(model_id))


@pytest.mark.parametrize(
    ("field", "value"),
    [("projectId", "ocid1.datascienceproject.oc1.iad.none"), ("compartmentId", "ocid1.compartment.oc1..none")],
)
def test_project_and_compartment_have_to_be_there(science: Science, field: str, value: str) -> None:
    answer = refused(science.create, science.deployment_details(science.model(), **{field: value}))

    assert answer == (
        404,
        "NotAuthorizedOrNotFound",
        f"Authorization failed or requested resource not found: {value}",
    )


@pytest.mark.parametrize("category", ["access", "predict"])
def test_logs_have_to_be_there(science: Science, category: str) -> None:
    log = {"logId": "ocid1.log.oc1.iad.none", "logGroupId": science.twin.log_group_id}

    answer = refused(science.create, science.deployment_details(science.model(), categoryLogDetails={category: log}))

    assert answer[0] == 404
    assert answer[2].endswith("ocid1.log.oc1.iad.none")


def test_a_log_has_to_be_in_its_group(science: Science) -> None:
    log = {"logId": science.twin.log_id, "logGroupId": "ocid1.loggroup.oc1.iad.other"}

    answer = refused(science.create, science.deployment_details(science.model(), categoryLogDetails={"access": log}))

    assert answer[0] == 404


def test_a_refused_create_leaves_nothing(science: Science) -> None:
    refused(science.create, science.deployment_details(science.model(artifact=None)))

    assert science.client.list_model_deployments(science.compartment_id).data == []
    assert science.client.list_work_requests(science.compartment_id).data == []


def test_a_deployment_on_a_compute_cluster_is_possible(science: Science) -> None:
    models = oci.data_science.models
    configuration = models.SingleModelDeploymentFlexConfigurationDetails(
        model_configuration_details=models.SingleModelConfigurationDetails(model_id=science.model()),
        infrastructure_configuration_details=models.ManagedComputeClusterModelDeployInfrastructureConfigDetails(
            compute_target_id="ocid1.datasciencecomputetarget.oc1.iad.mine",
            model_deployment_resource_configuration=models.ManagedComputeClusterModelDeploymentResourceConfiguration(
                resource_request_configuration=models.ResourceRequestConfiguration(ocpus=1, memory_in_gbs=8)
            ),
            scaling_policy=models.ManagedComputeClusterWorkloadFixedSizeScalingPolicy(instance_count=2),
        ),
    )
    details = {**science.deployment_details(""), "modelDeploymentConfigurationDetails": configuration}

    shown = science.client.get_model_deployment(science.active(details)).data

    assert shown.model_deployment_configuration_details.deployment_type == "SINGLE_MODEL_FLEX"
    assert shown.model_deployment_system_data.system_infra_type == "MANAGED_COMPUTE_CLUSTER"
    assert shown.model_deployment_system_data.current_instance_count == 2


def test_a_deployment_on_a_compute_cluster_scales_by_targets(science: Science) -> None:
    rule = {
        "metricExpressionRuleType": "TARGET_PREDEFINED_EXPRESSION",
        "metricType": "CPU_UTILIZATION",
        "scaleConfiguration": {"targetScalingConfigurationType": "THRESHOLD", "threshold": 60},
    }
    counts = {"minimumInstanceCount": 1, "initialInstanceCount": 2, "maximumInstanceCount": 3}
    automatic = {"autoScalingPolicyType": "THRESHOLD", "rules": [rule], **counts}
    amount = {"resourceRequestConfiguration": {"ocpus": 1, "memoryInGBs": 8}}
    configuration = {
        "deploymentType": "SINGLE_MODEL_FLEX",
        "modelConfigurationDetails": {"modelId": science.model()},
        "infrastructureConfigurationDetails": {
            "infrastructureType": "MANAGED_COMPUTE_CLUSTER",
            "computeTargetId": "ocid1.datasciencecomputetarget.oc1.iad.mine",
            "modelDeploymentResourceConfiguration": amount,
            "scalingPolicy": {"policyType": "AUTOSCALING", "autoScalingPolicies": [automatic]},
        },
    }
    details = {**science.deployment_details(""), "modelDeploymentConfigurationDetails": configuration}

    shown = science.client.get_model_deployment(science.active(details)).data

    assert shown.model_deployment_system_data.current_instance_count == 2


def test_system_data_counts_the_instances(science: Science) -> None:
    policy = {"policyType": "FIXED_SIZE", "instanceCount": 3}
    details = science.deployment_details("")
    details["modelDeploymentConfigurationDetails"] = single(science.model(), scalingPolicy=policy)

    deployment_id = science.create(details)
    before = science.client.get_model_deployment(deployment_id).data.model_deployment_system_data
    science.settled(deployment_id)
    after = science.client.get_model_deployment(deployment_id).data.model_deployment_system_data

    assert (before.current_instance_count, after.current_instance_count) == (0, 3)
    assert after.system_infra_type == "INSTANCE_POOL"


def test_a_fixed_shape_needs_no_settings(science: Science) -> None:
    details = science.deployment_details("")
    details["modelDeploymentConfigurationDetails"] = single(
        science.model(), instanceConfiguration=instance("VM.Standard2.1")
    )

    assert science.active(details)
