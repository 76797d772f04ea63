from __future__ import annotations

from typing import Any

import pytest
from integration.oci_twin.data_science.rig import (
    Science,
    autoscaling,
    conda,
    container,
    instance,
    refused,
    serving,
    single,
)
from oci_twin.data_science.behaviour import Behaviour

DIGEST = f"sha256:{'a' * 64}"
QUERY = 'CPUUtilization[1m]{resourceId = "MODEL_DEPLOYMENT_OCID"}.grouping().mean() %s'


def _container(**variables: str) -> dict[str, Any]:
    return container(environmentVariables=variables)


@pytest.fixture
def create(science: Science) -> Any:
    """Creates a deployment of a configuration."""
    model_id = science.model()

    def made(**configuration: Any) -> str:
        details = science.deployment_details(model_id)
        return science.create({**details, "modelDeploymentConfigurationDetails": single(model_id, **configuration)})

    return made


@pytest.mark.parametrize("name", ["AB", "A1", "a_b", "A" * 31, "WEB_CONCURRENCY"])
def test_a_variable_may_have_that_name(create: Any, name: str) -> None:
    assert create(environment=conda(**{name: ""}))


@pytest.mark.parametrize("name", ["A", "", "1A", "_A", "A_", "A-B", "A B", "A" * 32, "ÄB"])
def test_a_variable_may_not_have_that_name(create: Any, name: str) -> None:
    message = (
        f"{name!r} is no name of an environment variable: 2 to 31 letters, digits and underscores, the first a "
        "letter, the last no underscore."
    )

    assert refused(create, environment=conda(**{name: "v"})) == (400, "InvalidParameter", message)


@pytest.mark.parametrize(
    "name",
    [
        "MODEL_DEPLOYMENT_OCID",
        "MODEL_SERVING_PYTHON_VERSION",
        "TENANCY_OCID",
        "CONTAINER_CUSTOM_IMAGE",
        "OCI_RESOURCE_PRINCIPAL_RPST",
    ],
)
@pytest.mark.parametrize("kind", [conda, _container])
def test_what_the_service_sets_cannot_be_set(create: Any, kind: Any, name: str) -> None:
    answer = refused(create, environment=kind(**{name: "v"}))

    assert answer == (400, "InvalidParameter", f"The environment variable {name} is reserved.")


def test_variables_have_less_than_2048_bytes(create: Any) -> None:
    assert create(environment=conda(KEY="v" * 2044))

    answer = refused(create, environment=conda(KEY="v" * 2045))

    assert answer == (
        400,
        "InvalidParameter",
        "The environment variables have 2048 bytes; they must have less than 2048.",
    )


def test_bytes_are_counted_rather_than_characters(create: Any) -> None:
    assert refused(create, environment=conda(KEY="ä" * 1023))[0] == 400


def test_a_variable_is_a_string(create: Any) -> None:
    environment = {"environmentConfigurationType": "DEFAULT", "environmentVariables": {"KEY": 1}}

    assert refused(create, environment=environment)[1] == "InvalidParameter"


@pytest.mark.parametrize("port", [1024, 5001, 65535])
def test_a_port_may_be_that(create: Any, port: int) -> None:
    assert create(environment=container(serverPort=port, healthCheckPort=port))


@pytest.mark.parametrize("field", ["serverPort", "healthCheckPort"])
@pytest.mark.parametrize("port", [0, 80, 1023, 65536, 24224, 8446, 8447])
def test_a_port_may_not_be_that(create: Any, field: str, port: int) -> None:
    answer = refused(create, environment=container(**{field: port}))

    message = f"{field} must be between 1024 and 65535 and none of 24224, 8446, 8447, not {port}."
    assert answer == (400, "InvalidParameter", message)


def test_command_and_entry_point_have_less_than_2048_bytes_together(create: Any) -> None:
    assert create(environment=container(cmd=["c" * 1000], entrypoint=["e" * 1047]))

    answer = refused(create, environment=container(cmd=["c" * 1000], entrypoint=["e" * 1048]))

    message = "cmd and entrypoint have 2048 bytes; together they must have less than 2048."
    assert answer == (400, "InvalidParameter", message)


@pytest.mark.parametrize(
    "image",
    [
        "iad.ocir.io/ns/repo:1.0",
        "us-ashburn-1.ocir.io/ns/team/repo:latest",
        f"iad.ocir.io/ns/repo:1.0@{DIGEST}",
    ],
)
def test_an_image_may_be_named_so(create: Any, image: str) -> None:
    assert create(environment=container(image=image))


@pytest.mark.parametrize(
    "image",
    ["repo", "docker.io/ns/repo:1.0", "iad.ocir.io/ns/repo", "iad.ocir.io/repo:1", "iad.ocir.io/ns/repo:1@sha256:1"],
)
def test_an_image_may_not_be_named_so(create: Any, image: str) -> None:
    answer = refused(create, environment=container(image=image))

    form = "<region>.ocir.io/<registry>/<image>:<tag>, then @<digest> if wanted"
    assert answer == (400, "InvalidParameter", f"{image!r} is no image: {form}.")


def test_a_container_needs_an_image(create: Any) -> None:
    answer = refused(create, environment={"environmentConfigurationType": "OCIR_CONTAINER"})

    assert answer == (400, "MissingParameter", "environmentConfigurationDetails.image is required.")


def test_the_digest_of_an_image_has_to_be_the_one_that_the_image_says(create: Any) -> None:
    image = f"iad.ocir.io/ns/repo:1.0@{DIGEST}"
    other = f"sha256:{'b' * 64}"

    assert create(environment=container(image=image, imageDigest=DIGEST))
    answer = refused(create, environment=container(image=image, imageDigest=other))

    assert answer == (400, "InvalidParameter", f"imageDigest is {other}, but the image says {DIGEST}.")


def test_a_digest_has_its_form(create: Any) -> None:
    assert refused(create, environment=container(imageDigest="sha256:abc"))[:2] == (400, "InvalidParameter")


def test_an_image_that_nobody_knows_can_be_refused() -> None:
    known = "iad.ocir.io/ns/known:1"
    with serving(images={known: "http://127.0.0.1:1"}, behaviour=Behaviour(unknown_images="refuse")) as science:
        model_id = science.model()
        details = science.deployment_details(model_id)

        def create(image: str) -> str:
            configuration = single(model_id, environment=container(image=image))
            return science.create({**details, "modelDeploymentConfigurationDetails": configuration})

        answer = refused(create, "iad.ocir.io/ns/other:1")

        assert create(known)
        assert answer == (400, "InvalidParameter", "The image iad.ocir.io/ns/other:1 cannot be read.")


def test_custom_endpoints_have_methods_and_a_suffix_with_a_slash(create: Any) -> None:
    good = {"endpointUriSuffix": "/v1/chat", "httpMethods": ["POST", "GET"]}

    assert create(environment=container(customHttpEndpoints=[good]))
    assert refused(create, environment=container(customHttpEndpoints=[{**good, "endpointUriSuffix": "v1"}]))[0] == 400
    assert refused(create, environment=container(customHttpEndpoints=[{**good, "httpMethods": ["PATCH"]}]))[0] == 400
    assert refused(create, environment=container(customHttpEndpoints=[good, good]))[0] == 400
    many = [{**good, "endpointUriSuffix": f"/{number}"} for number in range(16)]
    assert refused(create, environment=container(customHttpEndpoints=many))[0] == 400


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({"instanceConfiguration": []}, "instanceConfiguration must be an object."),
        ({"scalingPolicy": {"policyType": "FIXED_SIZE", "instanceCount": 1.5}}, "instanceCount must be an integer."),
        ({"scalingPolicy": {**autoscaling(), "isEnabled": "yes"}}, "isEnabled must be true or false."),
        ({"scalingPolicy": {**autoscaling(), "autoScalingPolicies": {}}}, "autoScalingPolicies must be a list."),
        ({"environment": container(cmd="serve")}, "cmd must be a list."),
        ({"environment": container(environmentVariables=["A=1"])}, "environmentVariables must be an object."),
        ({"instanceConfiguration": instance(capacityReservationIds="x")}, "capacityReservationIds must be a list."),
    ],
)
def test_every_value_has_its_type(create: Any, configuration: dict[str, Any], message: str) -> None:
    answer = refused(create, **configuration)

    assert answer[:2] == (400, "InvalidParameter")
    assert answer[2].endswith(message)


def test_settings_of_a_shape_are_numbers(create: Any) -> None:
    config = {"ocpus": "1", "memoryInGBs": 16}
    given = {"instanceShapeName": "VM.Standard.E4.Flex", "modelDeploymentInstanceShapeConfigDetails": config}

    assert refused(create, instanceConfiguration=given)[2].endswith("ocpus must be a number.")


def test_a_threshold_is_a_percentage(create: Any) -> None:
    rule = _rule({"threshold": 10}, {"threshold": 101})

    assert refused(create, scalingPolicy=autoscaling(rules=[rule]))[2].endswith("must be at most 100, not 101.")


def test_a_flexible_shape_needs_its_settings(create: Any) -> None:
    answer = refused(create, instanceConfiguration={"instanceShapeName": "VM.Standard.E4.Flex"})

    message = "modelDeploymentInstanceShapeConfigDetails.ocpus of the flexible shape VM.Standard.E4.Flex is required."
    assert answer == (400, "MissingParameter", message)


def test_another_shape_has_no_settings(create: Any) -> None:
    flexible = instance()["modelDeploymentInstanceShapeConfigDetails"]
    given = instance("VM.Standard2.1", modelDeploymentInstanceShapeConfigDetails=flexible)

    answer = refused(create, instanceConfiguration=given)

    message = "VM.Standard2.1 is not flexible; modelDeploymentInstanceShapeConfigDetails is not possible."
    assert answer == (400, "InvalidParameter", message)


def test_a_shape_that_is_not_offered_is_refused(create: Any) -> None:
    answer = refused(create, instanceConfiguration={"instanceShapeName": "VM.Huge"})

    assert answer == (400, "InvalidParameter", "'VM.Huge' is no shape for model deployments.")


def _flexible(shape: str, ocpus: float, memory: float, **more: Any) -> dict[str, Any]:
    config = {"ocpus": ocpus, "memoryInGBs": memory, **more}
    return {"instanceShapeName": shape, "modelDeploymentInstanceShapeConfigDetails": config}


@pytest.mark.parametrize(
    ("shape", "ocpus", "memory"),
    [
        ("VM.Standard.E4.Flex", 64, 1024),
        ("VM.Standard.E3.Flex", 1, 6),
        ("VM.Standard3.Flex", 32, 512),
        ("VM.Optimized3.Flex", 18, 256),
    ],
)
def test_a_flexible_shape_may_be_so_large(create: Any, shape: str, ocpus: float, memory: float) -> None:
    assert create(instanceConfiguration=_flexible(shape, ocpus, memory))


@pytest.mark.parametrize(
    ("shape", "ocpus", "memory", "message"),
    [
        ("VM.Standard.E4.Flex", 65, 1024, "VM.Standard.E4.Flex has 1 to 64 OCPUs, not 65."),
        ("VM.Standard.E4.Flex", 0.5, 16, "VM.Standard.E4.Flex has 1 to 64 OCPUs, not 0.5."),
        ("VM.Standard.E4.Flex", 1, 5, "VM.Standard.E4.Flex has 6 to 1024 GB of memory, not 5."),
        ("VM.Standard.E4.Flex", 1, 65, "VM.Standard.E4.Flex has 1 to 64 GB of memory for each OCPU, not 65 for 1."),
        ("VM.Standard.E4.Flex", 32, 16, "VM.Standard.E4.Flex has 1 to 64 GB of memory for each OCPU, not 16 for 32."),
        ("VM.Standard3.Flex", 33, 512, "VM.Standard3.Flex has 1 to 32 OCPUs, not 33."),
        ("VM.Optimized3.Flex", 18, 257, "VM.Optimized3.Flex has 6 to 256 GB of memory, not 257."),
    ],
)
def test_a_flexible_shape_may_not_be_so_large(
    create: Any, shape: str, ocpus: float, memory: float, message: str
) -> None:
    answer = refused(create, instanceConfiguration=_flexible(shape, ocpus, memory))

    assert answer == (400, "InvalidParameter", message)


def test_a_burstable_shape_has_a_baseline(create: Any) -> None:
    assert create(instanceConfiguration=_flexible("VM.Standard.E4.Flex", 1, 16, cpuBaseline="BASELINE_1_8"))
    other = _flexible("VM.Standard.E4.Flex", 1, 16, cpuBaseline="BASELINE_1_4")
    assert refused(create, instanceConfiguration=other)[:2] == (400, "InvalidParameter")


def test_a_shape_that_is_not_burstable_has_the_whole_baseline(create: Any) -> None:
    answer = refused(create, instanceConfiguration=_flexible("VM.Optimized3.Flex", 1, 14, cpuBaseline="BASELINE_1_2"))

    assert answer[2] == "VM.Optimized3.Flex is not burstable; cpuBaseline must be BASELINE_1_1."


def test_custom_networking_needs_a_subnet(create: Any) -> None:
    subnet = "ocid1.subnet.oc1.iad.mine"

    assert create(instanceConfiguration=instance(subnetId=subnet))
    assert create(instanceConfiguration=instance(subnetId=subnet, networkAccessType="CUSTOM_NETWORKING"))
    answer = refused(create, instanceConfiguration=instance(networkAccessType="CUSTOM_NETWORKING"))

    assert answer == (400, "MissingParameter", "subnetId of CUSTOM_NETWORKING is required.")


def test_managed_networking_has_no_subnet(create: Any) -> None:
    given = instance(subnetId="ocid1.subnet.oc1.iad.mine", networkAccessType="MANAGED_NETWORKING_INTERNET_ACCESS")

    answer = refused(create, instanceConfiguration=given)

    message = "networkAccessType must be CUSTOM_NETWORKING for a subnetId, not MANAGED_NETWORKING_INTERNET_ACCESS."
    assert answer == (400, "InvalidParameter", message)


@pytest.mark.parametrize(("field", "value"), [("subnetId", "mine"), ("privateEndpointId", "ocid1.subnet.oc1..x")])
def test_what_is_in_the_network_is_named_by_its_ocid(create: Any, field: str, value: str) -> None:
    assert refused(create, instanceConfiguration=instance(**{field: value}))[:2] == (400, "InvalidParameter")


@pytest.mark.parametrize(
    ("bandwidth", "possible"),
    [
        ({"bandwidthMbps": 10, "maximumBandwidthMbps": 20}, True),
        ({"bandwidthMbps": 10, "maximumBandwidthMbps": 11}, True),
        ({"bandwidthMbps": 10, "maximumBandwidthMbps": 10}, False),
        ({"bandwidthMbps": 10, "maximumBandwidthMbps": 21}, False),
        ({"maximumBandwidthMbps": 20}, True),
        ({"bandwidthMbps": 0}, False),
    ],
)
def test_the_greatest_bandwidth_is_at_most_twice_the_least(
    create: Any, bandwidth: dict[str, int], *, possible: bool
) -> None:
    if possible:
        assert create(**bandwidth)
    else:
        assert refused(create, **bandwidth)[:2] == (400, "InvalidParameter")


def test_a_deployment_has_at_least_one_instance(create: Any) -> None:
    answer = refused(create, scalingPolicy={"policyType": "FIXED_SIZE", "instanceCount": 0})

    assert answer[2].endswith("scalingPolicy.instanceCount must be at least 1, not 0.")


def test_autoscaling_fills_in_what_is_not_said(create: Any, science: Science) -> None:
    deployment_id = create(scalingPolicy=autoscaling())

    shown = science.client.get_model_deployment(deployment_id).data.model_deployment_configuration_details
    policy = shown.model_configuration_details.scaling_policy

    condition = policy.auto_scaling_policies[0].rules[0].scale_in_configuration
    assert (policy.cool_down_in_seconds, policy.is_enabled) == (300, True)
    assert (condition.pending_duration, condition.instance_count_adjustment) == ("PT3M", 1)


@pytest.mark.parametrize(
    ("counts", "possible"),
    [((1, 1, 1), True), ((1, 2, 3), True), ((2, 1, 3), False), ((1, 4, 3), False), ((0, 1, 3), False)],
)
def test_the_first_count_is_between_the_least_and_the_most(
    create: Any, counts: tuple[int, int, int], *, possible: bool
) -> None:
    names = ("minimumInstanceCount", "initialInstanceCount", "maximumInstanceCount")
    policy = autoscaling(**dict(zip(names, counts, strict=True)))

    if possible:
        assert create(scalingPolicy=policy)
    else:
        assert refused(create, scalingPolicy=policy)[:2] == (400, "InvalidParameter")


@pytest.mark.parametrize("seconds", [0, 299])
def test_cooling_down_takes_300_seconds_at_least(create: Any, seconds: int) -> None:
    answer = refused(create, scalingPolicy={**autoscaling(), "coolDownInSeconds": seconds})

    assert answer[2].endswith(f"coolDownInSeconds must be at least 300, not {seconds}.")


def _rule(down: dict[str, Any], up: dict[str, Any], **more: Any) -> dict[str, Any]:
    kind = "CUSTOM_EXPRESSION" if "query" in down else "PREDEFINED_EXPRESSION"
    condition = "QUERY" if "query" in down else "THRESHOLD"
    return {
        "metricExpressionRuleType": kind,
        "scaleInConfiguration": {"scalingConfigurationType": condition, **down},
        "scaleOutConfiguration": {"scalingConfigurationType": condition, **up},
        **({} if "query" in down else {"metricType": "MEMORY_UTILIZATION"}),
        **more,
    }


def test_scaling_in_begins_below_scaling_out(create: Any) -> None:
    rule = _rule({"threshold": 70}, {"threshold": 70})

    answer = refused(create, scalingPolicy=autoscaling(rules=[rule]))

    message = "The threshold for scaling in, 70, must be below that for scaling out, 70."
    assert answer == (400, "InvalidParameter", message)


@pytest.mark.parametrize("duration", ["PT3M", "PT1H", "PT180S", "PT30M"])
def test_a_condition_may_have_to_hold_so_long(create: Any, duration: str) -> None:
    rule = _rule({"threshold": 10, "pendingDuration": duration}, {"threshold": 70})

    assert create(scalingPolicy=autoscaling(rules=[rule]))


@pytest.mark.parametrize("duration", ["PT2M", "PT61M", "PT", "3M", "PT2H"])
def test_a_condition_may_not_have_to_hold_so_long(create: Any, duration: str) -> None:
    rule = _rule({"threshold": 10, "pendingDuration": duration}, {"threshold": 70})

    answer = refused(create, scalingPolicy=autoscaling(rules=[rule]))

    assert answer == (400, "InvalidParameter", f"pendingDuration must be from PT3M to PT1H, not {duration!r}.")


def test_a_rule_of_ones_own_is_possible(create: Any) -> None:
    rule = _rule({"query": QUERY % "< 25"}, {"query": QUERY % "> 75.5"})

    assert create(scalingPolicy=autoscaling(rules=[rule]))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("CPUUtilization[1m].mean() < 25", 'The query must have the dimension {resourceId="MODEL_DEPLOYMENT_OCID"}.'),
        (QUERY % "", "The query must end in a comparison with a number."),
    ],
)
def test_a_query_names_the_deployment_and_compares(create: Any, query: str, message: str) -> None:
    rule = _rule({"query": query}, {"query": QUERY % "> 75"})

    assert refused(create, scalingPolicy=autoscaling(rules=[rule])) == (400, "InvalidParameter", message)


def test_there_is_one_policy_with_at_least_one_rule(create: Any) -> None:
    one = autoscaling()["autoScalingPolicies"][0]

    assert refused(create, scalingPolicy={**autoscaling(), "autoScalingPolicies": [one, one]})[0] == 400
    assert refused(create, scalingPolicy={**autoscaling(), "autoScalingPolicies": []})[0] == 400
    assert refused(create, scalingPolicy=autoscaling(rules=[]))[0] == 400
