from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.oci.deployments.deployments_wanted import model_groups, on_clusters, single_models
from unit.oci.deployments.sdk_models import through_the_sdk

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import FieldChange
from oci_mlflow_core.planning.desired import changes_between
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import (
    AutoScaling,
    CustomScalingRule,
    Infrastructure,
    LogRef,
    NetworkAccessType,
    ScalingType,
)
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_plugin.adapters.oci.deployments.tree.changing import update_tree
from oci_mlflow_plugin.adapters.oci.deployments.tree.creation import create_tree
from oci_mlflow_plugin.adapters.oci.deployments.tree.description import described
from oci_mlflow_plugin.adapters.oci.deployments.tree.layout import kind_of, sections_of

MODEL = "ocid1.datasciencemodel.oc1.iad.m"
PATH = "spec.infrastructure.spec"


def seen(desired: DesiredDeployment) -> DesiredDeployment:
    """As the service tells of it."""
    return described(create_tree(desired))


def plain(infrastructure: Infrastructure | None = None, **more: Any) -> DesiredDeployment:
    return DesiredDeployment(name="fraud", model_id=MODEL, infrastructure=infrastructure or Infrastructure(), **more)


def sent(now: DesiredDeployment, wanted: DesiredDeployment) -> dict[str, Any]:
    return update_tree(create_tree(now), wanted, changes_between(seen(now), wanted))


def configuration(tree: dict[str, Any]) -> dict[str, Any]:
    assert tree.keys() == {"modelDeploymentConfigurationDetails"}
    found: dict[str, Any] = tree["modelDeploymentConfigurationDetails"]
    return found


def model_configuration(tree: dict[str, Any]) -> dict[str, Any]:
    found = configuration(tree)
    assert found.keys() == {"deploymentType", "modelConfigurationDetails"}
    details: dict[str, Any] = found["modelConfigurationDetails"]
    return details


def carried_out(tree: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    """The deployment after the service has replaced the sections that were sent."""
    return kind_of(tree).lay_out({**sections_of(tree), **sections_of(without_nulls(update))})


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


_pairs = st.one_of(*(st.tuples(kind, kind) for kind in (single_models, model_groups, on_clusters)))


@given(pair=_pairs)
def test_an_update_leads_to_what_is_wanted(pair: tuple[DesiredDeployment, DesiredDeployment]) -> None:
    now, after = (attrs.evolve(each, compartment_id="c", project_id="p") for each in pair)
    wanted = _without_taking_back_bandwidth(seen(now), seen(after))

    update = update_tree(create_tree(now), wanted, changes_between(seen(now), wanted))

    assert changes_between(described(carried_out(create_tree(now), update)), wanted) == ()


def _without_taking_back_bandwidth(now: DesiredDeployment, wanted: DesiredDeployment) -> DesiredDeployment:
    most = wanted.infrastructure.maximum_bandwidth_mbps or now.infrastructure.maximum_bandwidth_mbps
    return attrs.evolve(wanted, infrastructure=attrs.evolve(wanted.infrastructure, maximum_bandwidth_mbps=most))


@given(pair=_pairs)
def test_the_sdk_has_a_name_for_everything_that_is_sent(pair: tuple[DesiredDeployment, DesiredDeployment]) -> None:
    now, after = (attrs.evolve(each, compartment_id="c", project_id="p") for each in pair)
    wanted = _without_taking_back_bandwidth(seen(now), seen(after))

    update = update_tree(create_tree(now), wanted, changes_between(seen(now), wanted))

    assert through_the_sdk(update, "UpdateModelDeploymentDetails") == without_nulls(update)


def test_nothing_is_sent_where_nothing_differs() -> None:
    assert sent(plain(), seen(plain())) == {}


def test_a_new_name_is_sent_alone() -> None:
    assert sent(plain(), attrs.evolve(seen(plain()), name="swindle")) == {"displayName": "swindle"}


def test_a_replica_is_sent_with_the_model_and_nothing_else() -> None:
    now = seen(plain())
    wanted = attrs.evolve(now, infrastructure=attrs.evolve(now.infrastructure, replica=3))

    assert model_configuration(sent(plain(), wanted)) == {
        "modelId": MODEL,
        "scalingPolicy": {"policyType": "FIXED_SIZE", "instanceCount": 3},
    }


def test_a_change_that_is_not_named_is_not_sent() -> None:
    wanted = seen(plain(Infrastructure(replica=3, bandwidth_mbps=20)))
    change = FieldChange(path=f"{PATH}.bandwidthMbps", old=10, new=20)

    update = update_tree(create_tree(plain()), wanted, (change,))

    assert model_configuration(update) == {"modelId": MODEL, "bandwidthMbps": 20}


def test_a_pass_before_the_model_changes_names_the_one_that_is_served() -> None:
    wanted = attrs.evolve(seen(plain(Infrastructure(bandwidth_mbps=20))), model_id="another")
    change = FieldChange(path=f"{PATH}.bandwidthMbps", old=10, new=20)

    update = update_tree(create_tree(plain()), wanted, (change,))

    assert model_configuration(update) == {"modelId": MODEL, "bandwidthMbps": 20}


def test_the_tags_that_speak_of_a_model_go_with_it_where_both_change_at_once() -> None:
    now = plain(freeform_tags={"oci_mlflow_run": "1"})
    wanted = attrs.evolve(seen(now), model_id="another", freeform_tags={"oci_mlflow_run": "2"})

    update = sent(now, wanted)

    assert update.pop("freeformTags") == {"oci_mlflow_run": "2"}
    assert model_configuration(update) == {"modelId": "another"}


def test_tags_and_variables_that_are_all_taken_away_are_sent_empty() -> None:
    now = plain(freeform_tags={"team": "risk"}, environment_variables={"COLOUR": "red"}, description="old")
    wanted = attrs.evolve(seen(now), freeform_tags={}, environment_variables={}, description="")

    update = sent(now, wanted)

    assert (update.pop("freeformTags"), update.pop("description")) == ({}, "")
    assert configuration(update)["environmentConfigurationDetails"] == {
        "environmentConfigurationType": "DEFAULT",
        "environmentVariables": {},
    }


def test_what_has_a_default_is_reset_to_it() -> None:
    now = plain(Infrastructure(bandwidth_mbps=40, replica=4))
    wanted = attrs.evolve(
        seen(now), infrastructure=attrs.evolve(seen(now).infrastructure, bandwidth_mbps=None, replica=None)
    )

    assert model_configuration(sent(now, wanted)) == {
        "modelId": MODEL,
        "bandwidthMbps": 10,
        "scalingPolicy": {"policyType": "FIXED_SIZE", "instanceCount": 1},
    }


def test_a_bandwidth_that_grows_cannot_be_taken_back() -> None:
    now = plain(Infrastructure(maximum_bandwidth_mbps=20))
    wanted = attrs.evolve(seen(now), infrastructure=attrs.evolve(seen(now).infrastructure, maximum_bandwidth_mbps=None))

    with pytest.raises(InvalidRequestError) as caught:
        sent(now, wanted)

    assert str(caught.value) == (
        "spec.infrastructure.spec.maximumBandwidthMbps: OCI cannot take this back from a deployment"
    )


def test_one_log_is_taken_away_and_the_other_stays() -> None:
    log = LogRef(log_id="log", log_group_id="group")
    now = plain(Infrastructure(access_log=log, predict_log=log))
    wanted = attrs.evolve(seen(now), infrastructure=attrs.evolve(seen(now).infrastructure, access_log=None))

    assert sent(now, wanted) == {
        "categoryLogDetails": {"access": None, "predict": {"logId": "log", "logGroupId": "group"}}
    }


def test_an_argument_list_that_is_taken_away_is_sent_empty() -> None:
    now = plain(container=ContainerRuntime(image="iad.ocir.io/ns/repository:tag", cmd=("--fast",)))
    container = seen(now).container
    assert container
    wanted = attrs.evolve(seen(now), container=attrs.evolve(container, cmd=None))

    assert configuration(sent(now, wanted))["environmentConfigurationDetails"]["cmd"] == []


def test_what_the_file_has_no_key_for_stays() -> None:
    tree = create_tree(plain(Infrastructure(auto_scaling=AutoScaling(scaling_type=ScalingType.CPU_UTILIZATION))))
    model = tree["modelDeploymentConfigurationDetails"]["modelConfigurationDetails"]
    rule = model["scalingPolicy"]["autoScalingPolicies"][0]["rules"][0]
    rule["scaleInConfiguration"]["pendingDuration"] = "PT1H"
    now = described(tree)
    auto = now.infrastructure.auto_scaling
    assert auto
    wanted = attrs.evolve(
        now,
        infrastructure=attrs.evolve(now.infrastructure, auto_scaling=attrs.evolve(auto, scale_out_threshold=80)),
    )

    update = update_tree(tree, wanted, changes_between(now, wanted))

    (details,) = model_configuration(update)["scalingPolicy"]["autoScalingPolicies"]
    assert details["rules"][0]["scaleInConfiguration"]["pendingDuration"] == "PT1H"
    assert details["rules"][0]["scaleOutConfiguration"]["threshold"] == 80


def test_a_replica_is_the_initial_count_of_a_deployment_that_scales() -> None:
    now = plain(Infrastructure(auto_scaling=AutoScaling(scaling_type=ScalingType.CPU_UTILIZATION)))
    wanted = attrs.evolve(seen(now), infrastructure=attrs.evolve(seen(now).infrastructure, replica=2))

    (details,) = model_configuration(sent(now, wanted))["scalingPolicy"]["autoScalingPolicies"]

    assert details["initialInstanceCount"] == 2


def test_a_pending_duration_beside_a_custom_rule_is_the_rules() -> None:
    rule = CustomScalingRule(scale_in_query="low", scale_out_query="high", pending_duration="PT3M")
    now = plain(Infrastructure(auto_scaling=AutoScaling(scaling_type=ScalingType.CUSTOM, custom_rule=rule)))
    auto = seen(now).infrastructure.auto_scaling
    assert auto
    wanted = attrs.evolve(
        seen(now),
        infrastructure=attrs.evolve(seen(now).infrastructure, auto_scaling=attrs.evolve(auto, pending_duration="PT9M")),
    )

    (details,) = model_configuration(sent(now, wanted))["scalingPolicy"]["autoScalingPolicies"]

    assert details["rules"][0]["scaleOutConfiguration"]["pendingDuration"] == "PT9M"


def test_a_model_group_is_updated_without_downtime() -> None:
    now = DesiredDeployment(name="fraud", model_id="", model_group_id="group")
    wanted = attrs.evolve(seen(now), infrastructure=attrs.evolve(seen(now).infrastructure, replica=2))

    assert configuration(sent(now, wanted)) == {
        "deploymentType": "MODEL_GROUP",
        "updateType": "ZDT",
        "modelGroupConfigurationDetails": {"modelGroupId": "group"},
        "infrastructureConfigurationDetails": {
            "infrastructureType": "INSTANCE_POOL",
            "scalingPolicy": {"policyType": "FIXED_SIZE", "instanceCount": 2},
        },
    }


def test_a_deployment_of_one_model_does_not_become_one_of_a_group() -> None:
    wanted = attrs.evolve(seen(plain()), model_id="", model_group_id="group")

    with pytest.raises(InvalidRequestError) as caught:
        sent(plain(), wanted)

    assert str(caught.value) == ("a deployment of the type SINGLE_MODEL cannot become one of the type MODEL_GROUP")


def test_a_project_is_kept_for_life() -> None:
    change = FieldChange(path=f"{PATH}.projectId", old="one", new="two")

    with pytest.raises(InvalidRequestError) as caught:
        update_tree(create_tree(plain()), seen(plain()), (change,))

    assert str(caught.value) == "spec.infrastructure.spec.projectId: OCI cannot change this of a deployment"


def test_a_network_is_given_with_the_shape_that_stays() -> None:
    wanted = seen(plain(Infrastructure(subnet_id="subnet", network_access_type=NetworkAccessType.CUSTOM_NETWORKING)))

    assert model_configuration(sent(plain(), wanted))["instanceConfiguration"] == {
        "instanceShapeName": "VM.Standard.E4.Flex",
        "modelDeploymentInstanceShapeConfigDetails": {"ocpus": 1, "memoryInGBs": 16},
        "subnetId": "subnet",
        "networkAccessType": "CUSTOM_NETWORKING",
    }


def test_a_subnet_ends_the_managed_network_that_the_service_noted() -> None:
    managed = NetworkAccessType.MANAGED_NETWORKING_NO_INTERNET_ACCESS
    now = plain(Infrastructure(network_access_type=managed))
    wanted = attrs.evolve(seen(now), infrastructure=attrs.evolve(seen(now).infrastructure, subnet_id="subnet"))

    instance = model_configuration(sent(now, wanted))["instanceConfiguration"]

    assert (instance["subnetId"], instance["networkAccessType"]) == ("subnet", "CUSTOM_NETWORKING")


def test_a_type_of_a_later_service_is_left_alone() -> None:
    tree = create_tree(plain())
    tree["modelDeploymentConfigurationDetails"]["deploymentType"] = "UNKNOWN_ENUM_VALUE"

    with pytest.raises(InvalidRequestError) as caught:
        update_tree(tree, seen(plain()), ())

    assert str(caught.value) == "deployments of the type UNKNOWN_ENUM_VALUE cannot be updated by this version"


def test_what_the_service_alone_says_is_not_sent_back() -> None:
    tree = create_tree(plain(container=ContainerRuntime(image="iad.ocir.io/ns/repository:tag")))
    environment = tree["modelDeploymentConfigurationDetails"]["environmentConfigurationDetails"]
    environment["defaultEnvironmentVariables"] = {"MODEL_DEPLOYMENT_OCID": "ocid"}
    now = described(tree)
    wanted = attrs.evolve(now, environment_variables={"COLOUR": "red"})

    update = update_tree(tree, wanted, changes_between(now, wanted))

    assert configuration(update)["environmentConfigurationDetails"] == {
        "environmentConfigurationType": "OCIR_CONTAINER",
        "image": "iad.ocir.io/ns/repository:tag",
        "environmentVariables": {"COLOUR": "red"},
    }
