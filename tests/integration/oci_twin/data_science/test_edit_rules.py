from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from integration.oci_twin.data_science.rig import (
    Science,
    autoscaling,
    change,
    conda,
    container,
    instance,
    refused,
    serving,
    single,
)
from oci_twin.data_science.behaviour import Behaviour

CONFIGURATION = "modelDeploymentConfigurationDetails"
SUBNET = "ocid1.subnet.oc1.iad.mine"
#: What each group changes of a deployment of a conda environment, without the model's id.
MODEL_PARTS: dict[str, dict[str, Any]] = {
    "compute": {"instanceConfiguration": instance("VM.Standard2.1")},
    "instance count": {"scalingPolicy": {"policyType": "FIXED_SIZE", "instanceCount": 2}},
    "bandwidth": {"bandwidthMbps": 20},
    "autoscaling": {"scalingPolicy": autoscaling()},
}
HEAVY = ["environment variables", "model", "logging", *MODEL_PARTS]


@pytest.fixture(scope="session")
def lenient_science() -> Iterator[Science]:
    with serving(edit_rules="lenient") as made:
        yield made


@pytest.fixture
def lenient(lenient_science: Science) -> Science:
    lenient_science.twin.reset()
    return lenient_science


def _deployment(science: Science, *, environment: Any = None, **model: Any) -> tuple[str, str]:
    """An active deployment and its model."""
    model_id = science.model()
    details = {
        **science.deployment_details(model_id),
        CONFIGURATION: single(model_id, environment=environment, **model),
    }
    return science.active(details), model_id


def _changes(science: Science, model_id: str, *groups: str) -> dict[str, Any]:
    """An update that changes these groups and nothing else."""
    body: dict[str, Any] = {}
    parts = {key: value for group in groups for key, value in MODEL_PARTS.get(group, {}).items()}
    environment = conda(KEY="new") if "environment variables" in groups else None
    if parts or environment or "model" in groups:
        body[CONFIGURATION] = change(
            science.model(artifact=b"new") if "model" in groups else model_id, environment=environment, **parts
        )
    if "logging" in groups:
        log = {"logId": science.twin.log_id, "logGroupId": science.twin.log_group_id}
        body["categoryLogDetails"] = {"predict": log}
    if "name and description" in groups:
        body["displayName"] = "new"
    if "tags" in groups:
        body["freeformTags"] = {"new": "tag"}
    return body


def _message(*groups: str) -> str:
    names = ", ".join(sorted(groups))
    return f"One kind of change at a time can be made while the model deployment is active; this changes {names}."


@pytest.mark.parametrize("group", [*HEAVY, "name and description", "tags"])
def test_one_group_at_a_time_can_be_changed_while_active(science: Science, group: str) -> None:
    deployment_id, model_id = _deployment(science)

    science.update(deployment_id, **_changes(science, model_id, group))

    assert science.settled(deployment_id) == "ACTIVE"


@pytest.mark.parametrize(
    "pair",
    [
        pair
        for pair in itertools.combinations(HEAVY, 2)
        if pair not in {("compute", "instance count"), ("instance count", "autoscaling")}
    ],
)
def test_two_groups_at_a_time_cannot_be_changed_while_active(science: Science, pair: tuple[str, str]) -> None:
    deployment_id, model_id = _deployment(science)

    answer = refused(science.update, deployment_id, **_changes(science, model_id, *pair))

    assert answer == (400, "InvalidParameter", _message(*pair))


def test_a_refused_update_changes_nothing(science: Science) -> None:
    deployment_id, model_id = _deployment(science)
    before = science.client.get_model_deployment(deployment_id)

    refused(science.update, deployment_id, **_changes(science, model_id, "bandwidth", "logging", "tags"))

    after = science.client.get_model_deployment(deployment_id)
    assert after.data == before.data
    assert after.headers["etag"] == before.headers["etag"]


def test_shape_and_instance_count_are_one_group(science: Science) -> None:
    deployment_id, model_id = _deployment(science)

    science.update(deployment_id, **_changes(science, model_id, "compute", "instance count"))

    assert science.settled(deployment_id) == "ACTIVE"


@pytest.mark.parametrize("group", HEAVY)
def test_name_and_tags_travel_with_any_group(science: Science, group: str) -> None:
    deployment_id, model_id = _deployment(science)
    body = _changes(science, model_id, group, "name and description", "tags")

    assert science.update(deployment_id, **body).status == 202


def test_name_and_tags_can_be_made_to_travel_alone() -> None:
    with serving(behaviour=Behaviour(identity_alone=True)) as science:
        deployment_id, model_id = _deployment(science)
        body = _changes(science, model_id, "bandwidth", "name and description")

        answer = refused(science.update, deployment_id, **body)

        assert answer == (400, "InvalidParameter", _message("bandwidth", "name and description"))
        assert science.update(deployment_id, displayName="n", freeformTags={"a": "b"}).status == 202


def test_the_whole_configuration_may_be_sent_when_one_group_of_it_differs(science: Science) -> None:
    deployment_id, _ = _deployment(science, environment=conda(KEY="v"), scalingPolicy=autoscaling())
    shown = science.client.get_model_deployment(deployment_id).data
    sent = science.client.base_client.sanitize_for_serialization(shown.model_deployment_configuration_details)
    sent["modelConfigurationDetails"]["bandwidthMbps"] = 20

    shown = science.updated(deployment_id, displayName="d", **{CONFIGURATION: sent})

    model = shown.model_deployment_configuration_details.model_configuration_details
    assert (shown.lifecycle_state, model.bandwidth_mbps) == ("ACTIVE", 20)


def test_an_update_that_changes_nothing_is_accepted(science: Science) -> None:
    deployment_id, model_id = _deployment(science)

    science.update(deployment_id, **{CONFIGURATION: single(model_id)})

    assert science.settled(deployment_id) == "ACTIVE"


def test_defaults_that_are_not_shown_can_be_sent_all_the_same() -> None:
    with serving(behaviour=Behaviour(shows_defaults=False)) as science:
        deployment_id, model_id = _deployment(science)
        sent = change(model_id, bandwidthMbps=10, scalingPolicy={"policyType": "FIXED_SIZE", "instanceCount": 1})
        sent["environmentConfigurationDetails"] = conda(KEY="v")

        before = science.client.get_model_deployment(deployment_id).data
        after = science.updated(deployment_id, **{CONFIGURATION: sent})

        model = before.model_deployment_configuration_details.model_configuration_details
        assert (model.bandwidth_mbps, model.scaling_policy) == (None, None)
        assert after.lifecycle_state == "ACTIVE"


def test_everything_at_once_can_be_changed_while_inactive(science: Science) -> None:
    deployment_id, model_id = _deployment(science)
    science.client.deactivate_model_deployment(deployment_id)
    science.settled(deployment_id)
    groups = [group for group in HEAVY if group != "instance count"]

    science.update(deployment_id, **_changes(science, model_id, *groups, "name and description", "tags"))

    assert science.settled(deployment_id) == "INACTIVE"
    shown = science.client.get_model_deployment(deployment_id).data
    assert (shown.display_name, shown.freeform_tags) == ("new", {"new": "tag"})


@pytest.mark.parametrize("group", HEAVY)
def test_the_rules_hold_where_attention_is_needed_too(science: Science, group: str) -> None:
    science.twin.outcomes.needs_attention_next("MODEL_DEPLOYMENT_CREATE")
    model_id = science.model()
    deployment_id = science.create(science.deployment_details(model_id))
    assert science.settled(deployment_id) == "NEEDS_ATTENTION"
    other = "bandwidth" if group != "bandwidth" else "logging"

    answer = refused(science.update, deployment_id, **_changes(science, model_id, group, other))

    assert answer == (400, "InvalidParameter", _message(group, other))
    assert science.update(deployment_id, **_changes(science, model_id, group)).status == 202


@pytest.mark.parametrize(
    ("group", "status"),
    [
        ("environment variables", 400),
        ("autoscaling", 400),
        ("compute", 202),
        ("instance count", 202),
        ("model", 202),
        ("bandwidth", 202),
        ("logging", 202),
        ("tags", 202),
    ],
)
def test_what_needs_attention_can_be_made_to_take_documented_edits_alone(group: str, status: int) -> None:
    with serving(behaviour=Behaviour(needs_attention_takes="documented")) as science:
        science.twin.outcomes.needs_attention_next("MODEL_DEPLOYMENT_CREATE")
        model_id = science.model()
        deployment_id = science.create(science.deployment_details(model_id))
        assert science.settled(deployment_id) == "NEEDS_ATTENTION"
        body = _changes(science, model_id, group)

        if status == 202:
            assert science.update(deployment_id, **body).status == 202
        else:
            message = f"The {group} can only be changed while the model deployment is INACTIVE."
            assert refused(science.update, deployment_id, **body) == (400, "InvalidParameter", message)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image", "iad.ocir.io/twin/serving:2.0"),
        ("imageDigest", f"sha256:{'a' * 64}"),
        ("cmd", ["serve"]),
        ("entrypoint", ["python"]),
        ("serverPort", 8081),
        ("healthCheckPort", 8081),
        ("environmentVariables", {"KEY": "new"}),
    ],
)
def test_all_of_a_container_is_one_group(science: Science, field: str, value: Any) -> None:
    deployment_id, model_id = _deployment(science, environment=container())
    environment = container(**{field: value})

    body = {CONFIGURATION: change(model_id, environment=environment, bandwidthMbps=20)}

    assert refused(science.update, deployment_id, **body)[2] == _message("bandwidth", "container")
    assert science.update(deployment_id, **{CONFIGURATION: change(model_id, environment=environment)}).status == 202


def test_a_container_changes_as_a_whole_at_once(science: Science) -> None:
    deployment_id, model_id = _deployment(science, environment=container())
    new = container(
        image="iad.ocir.io/twin/serving:2.0", cmd=["serve"], serverPort=9000, environmentVariables={"AA": "1"}
    )

    science.update(deployment_id, **{CONFIGURATION: change(model_id, environment=new)})

    assert science.settled(deployment_id) == "ACTIVE"


def test_the_type_of_the_environment_changes_only_while_inactive(science: Science) -> None:
    deployment_id, model_id = _deployment(science, environment=conda(KEY="v"))
    body = {CONFIGURATION: change(model_id, environment=container())}

    answer = refused(science.update, deployment_id, **body)
    science.client.deactivate_model_deployment(deployment_id)
    science.settled(deployment_id)
    shown = science.updated(deployment_id, **body)

    message = "The type of the environment can only be changed while the model deployment is INACTIVE."
    environment = shown.model_deployment_configuration_details.environment_configuration_details
    assert answer == (400, "InvalidParameter", message)
    assert environment.environment_configuration_type == "OCIR_CONTAINER"


def test_networking_changes_only_while_inactive(science: Science) -> None:
    deployment_id, model_id = _deployment(science)
    body = {CONFIGURATION: change(model_id, instanceConfiguration=instance(subnetId=SUBNET))}

    answer = refused(science.update, deployment_id, **body)
    science.client.deactivate_model_deployment(deployment_id)
    science.settled(deployment_id)
    shown = science.updated(deployment_id, **body)

    config = shown.model_deployment_configuration_details.model_configuration_details.instance_configuration
    message = "The networking can only be changed while the model deployment is INACTIVE."
    assert answer == (400, "InvalidParameter", message)
    assert (config.subnet_id, config.network_access_type) == (SUBNET, "CUSTOM_NETWORKING")


@pytest.mark.parametrize("switched_off", [False, True])
def test_custom_networking_stays(science: Science, *, switched_off: bool) -> None:
    deployment_id, model_id = _deployment(science, instanceConfiguration=instance(subnetId=SUBNET))
    if switched_off:
        science.client.deactivate_model_deployment(deployment_id)
        science.settled(deployment_id)

    answer = refused(
        science.update, deployment_id, **{CONFIGURATION: change(model_id, instanceConfiguration=instance())}
    )

    message = "A model deployment with custom networking cannot be changed to managed networking."
    assert answer == (400, "InvalidParameter", message)


def test_live_networking_can_be_allowed() -> None:
    with serving(behaviour=Behaviour(live_networking=True)) as science:
        deployment_id, model_id = _deployment(science)
        body = {CONFIGURATION: change(model_id, instanceConfiguration=instance(subnetId=SUBNET))}

        assert science.update(deployment_id, **body).status == 202


def test_the_status_of_a_refused_edit_can_be_another() -> None:
    with serving(behaviour=Behaviour(edit_rule_status=409)) as science:
        deployment_id, model_id = _deployment(science)

        answer = refused(science.update, deployment_id, **_changes(science, model_id, "bandwidth", "logging"))

        assert answer[0] == 409


@pytest.mark.parametrize("pair", list(itertools.combinations(["model", "compute", "instance count"], 2)))
def test_lenient_rules_let_model_shape_and_count_travel_together(lenient: Science, pair: tuple[str, str]) -> None:
    deployment_id, model_id = _deployment(lenient)

    lenient.update(deployment_id, **_changes(lenient, model_id, *pair))

    assert lenient.settled(deployment_id) == "ACTIVE"


@pytest.mark.parametrize("group", ["environment variables", "logging", "bandwidth"])
def test_lenient_rules_let_the_other_groups_travel_alone(lenient: Science, group: str) -> None:
    deployment_id, model_id = _deployment(lenient)

    answer = refused(lenient.update, deployment_id, **_changes(lenient, model_id, group, "model"))

    assert answer == (400, "InvalidParameter", _message(group, "model"))
    assert lenient.update(deployment_id, **_changes(lenient, model_id, group)).status == 202


def test_lenient_rules_let_a_live_deployment_move_into_a_subnet(lenient: Science) -> None:
    deployment_id, model_id = _deployment(lenient)
    body = {CONFIGURATION: change(model_id, instanceConfiguration=instance(subnetId=SUBNET))}

    lenient.update(deployment_id, **body)

    assert lenient.settled(deployment_id) == "ACTIVE"
    back = {CONFIGURATION: change(model_id, instanceConfiguration=instance())}
    assert refused(lenient.update, deployment_id, **back)[0] == 400
