from __future__ import annotations

from typing import Any

import pytest
from integration.oci_twin.data_science.rig import (
    SHAPE,
    Science,
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


@pytest.fixture
def model_id(science: Science) -> str:
    return science.model()


def _deployment(science: Science, model_id: str, **configuration: Any) -> str:
    details = science.deployment_details(model_id, freeformTags={"a": "1"}, description="d")
    return science.active({**details, CONFIGURATION: single(model_id, **configuration)})


def _model(shown: Any) -> Any:
    return shown.model_deployment_configuration_details.model_configuration_details


def _environment(shown: Any) -> Any:
    return shown.model_deployment_configuration_details.environment_configuration_details


def test_an_update_has_no_body_and_a_work_request(science: Science, model_id: str) -> None:
    response = science.update(_deployment(science, model_id), displayName="n")

    assert (response.status, response.data) == (202, None)
    assert response.headers["opc-work-request-id"]
    assert response.headers["etag"]


def test_what_is_not_mentioned_stays(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id, environment=conda(KEY="v"), bandwidthMbps=20)

    shown = science.updated(deployment_id, **{CONFIGURATION: change(model_id, bandwidthMbps=30)})

    assert (shown.description, shown.freeform_tags) == ("d", {"a": "1"})
    assert _model(shown).bandwidth_mbps == 30
    assert _model(shown).instance_configuration.instance_shape_name == SHAPE
    assert _environment(shown).environment_variables == {"KEY": "v"}


def test_tags_are_replaced_as_a_whole(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)

    assert science.updated(deployment_id, freeformTags={"b": "2"}).freeform_tags == {"b": "2"}
    assert science.updated(deployment_id, freeformTags={}).freeform_tags == {}


def test_variables_are_replaced_as_a_whole(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id, environment=conda(AA="1", BB="2"))

    shown = science.updated(deployment_id, **{CONFIGURATION: change(model_id, environment=conda(BB="3"))})

    assert _environment(shown).environment_variables == {"BB": "3"}


def test_null_takes_a_description_away(science: Science, model_id: str) -> None:
    assert science.updated(_deployment(science, model_id), description=None).description is None


def test_null_leaves_a_name(science: Science, model_id: str) -> None:
    assert science.updated(_deployment(science, model_id), displayName=None).display_name == "d"


def test_null_puts_a_default_back(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id, bandwidthMbps=20, maximumBandwidthMbps=30)
    sent = change(model_id, bandwidthMbps=None, maximumBandwidthMbps=None)

    shown = science.updated(deployment_id, **{CONFIGURATION: sent})

    assert (_model(shown).bandwidth_mbps, _model(shown).maximum_bandwidth_mbps) == (10, None)


def test_null_for_what_is_required_is_refused(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)

    answer = refused(science.update, deployment_id, **{CONFIGURATION: change(model_id, instanceConfiguration=None)})

    where = f"{CONFIGURATION}.modelConfigurationDetails.instanceConfiguration"
    assert answer == (400, "MissingParameter", f"{where} is required.")


def test_a_log_that_a_change_of_logs_leaves_out_goes(science: Science, model_id: str) -> None:
    log = {"logId": science.twin.log_id, "logGroupId": science.twin.log_group_id}
    deployment_id = _deployment(science, model_id)
    both = science.updated(deployment_id, categoryLogDetails={"access": log, "predict": log}).category_log_details

    one = science.updated(deployment_id, categoryLogDetails={"access": log}).category_log_details

    assert both.predict.log_id == science.twin.log_id
    assert (one.access.log_id, one.predict) == (science.twin.log_id, None)


def test_what_a_group_leaves_out_can_be_made_to_stay() -> None:
    with serving(behaviour=Behaviour(update_replaces="members")) as science:
        log = {"logId": science.twin.log_id, "logGroupId": science.twin.log_group_id}
        deployment_id = _deployment(science, science.model())
        science.updated(deployment_id, categoryLogDetails={"access": log, "predict": log})

        kept = science.updated(deployment_id, categoryLogDetails={"access": log}).category_log_details
        gone = science.updated(deployment_id, categoryLogDetails={"predict": None}).category_log_details

        assert kept.predict.log_id == science.twin.log_id
        assert (gone.predict, gone.access.log_id) == (None, science.twin.log_id)


def test_settings_of_a_flexible_shape_go_with_it() -> None:
    with serving(behaviour=Behaviour(update_replaces="members")) as science:
        model_id = science.model()
        deployment_id = _deployment(science, model_id)
        sent = change(model_id, instanceConfiguration={"instanceShapeName": "VM.Standard2.1"})

        shown = science.updated(deployment_id, **{CONFIGURATION: sent})

        config = _model(shown).instance_configuration
        assert config.instance_shape_name == "VM.Standard2.1"
        assert config.model_deployment_instance_shape_config_details is None


def test_another_shape_is_taken_with_its_settings(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)
    sent = change(model_id, instanceConfiguration=instance("VM.Standard3.Flex"))

    shown = science.updated(deployment_id, **{CONFIGURATION: sent})

    assert _model(shown).instance_configuration.instance_shape_name == "VM.Standard3.Flex"


@pytest.mark.parametrize("field", ["projectId", "compartmentId"])
def test_project_and_compartment_are_no_fields_of_an_update(science: Science, model_id: str, field: str) -> None:
    answer = refused(science.update, _deployment(science, model_id), **{field: "x"})

    assert answer == (400, "CannotParseRequest", f"The body has no field '{field}'.")


def test_the_type_of_a_deployment_stays(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)

    answer = refused(science.update, deployment_id, **{CONFIGURATION: {"deploymentType": "MODEL_GROUP"}})

    assert answer == (400, "InvalidParameter", "deploymentType is SINGLE_MODEL and cannot be changed to MODEL_GROUP.")


def test_a_change_of_the_configuration_names_the_model(science: Science, model_id: str) -> None:
    sent = {"deploymentType": "SINGLE_MODEL", "modelConfigurationDetails": {"bandwidthMbps": 20}}

    answer = refused(science.update, _deployment(science, model_id), **{CONFIGURATION: sent})

    assert answer == (400, "MissingParameter", f"{CONFIGURATION}.modelConfigurationDetails.modelId is required.")


def test_limits_hold_for_what_an_update_leads_to(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id, bandwidthMbps=20, maximumBandwidthMbps=40)

    answer = refused(science.update, deployment_id, **{CONFIGURATION: change(model_id, bandwidthMbps=15)})

    assert answer[2] == "maximumBandwidthMbps must be above bandwidthMbps and at most twice as much, not 40."


def test_a_new_model_has_to_be_one_that_can_be_deployed(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)
    empty = science.model(artifact=None)

    answer = refused(science.update, deployment_id, **{CONFIGURATION: change(empty)})

    assert answer == (400, "InvalidParameter", f"{empty} has no artifact.")


def test_new_logs_have_to_be_there(science: Science, model_id: str) -> None:
    log = {"logId": "ocid1.log.oc1.iad.none", "logGroupId": science.twin.log_group_id}

    answer = refused(science.update, _deployment(science, model_id), categoryLogDetails={"access": log})

    assert answer[0] == 404


def test_the_old_model_cannot_be_deleted_until_the_new_one_serves(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)
    new = science.model()
    science.update(deployment_id, **{CONFIGURATION: change(new)})

    during = [refused(science.client.delete_model, which)[0] for which in (model_id, new)]
    science.settled(deployment_id)

    assert during == [409, 409]
    assert science.client.delete_model(model_id).status == 204
    assert refused(science.client.delete_model, new)[0] == 409


def test_the_new_details_are_shown_from_the_acceptance_on(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)

    science.update(deployment_id, displayName="n")

    assert science.client.get_model_deployment(deployment_id).data.display_name == "n"


def test_the_old_details_can_be_shown_until_the_end() -> None:
    with serving(behaviour=Behaviour(updating_shows="old")) as science:
        deployment_id = _deployment(science, science.model())
        science.update(deployment_id, displayName="n")

        names = [science.client.get_model_deployment(deployment_id).data.display_name for _ in range(2)]

        assert names == ["d", "n"]


def test_a_failed_update_leaves_the_old_details_and_needs_attention(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id, bandwidthMbps=20)
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_UPDATE", "No bandwidth.")

    shown = science.updated(deployment_id, **{CONFIGURATION: change(model_id, bandwidthMbps=30)})

    assert (shown.lifecycle_state, shown.lifecycle_details) == ("NEEDS_ATTENTION", "No bandwidth.")
    assert _model(shown).bandwidth_mbps == 20


def test_a_good_update_after_a_failed_one_makes_the_deployment_active(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_UPDATE", "No.")
    science.updated(deployment_id, displayName="n")

    shown = science.updated(deployment_id, displayName="m")

    assert (shown.lifecycle_state, shown.lifecycle_details, shown.display_name) == ("ACTIVE", None, "m")


def test_a_failed_update_can_end_in_failed() -> None:
    with serving(behaviour=Behaviour(failed_update_state="FAILED")) as science:
        deployment_id = _deployment(science, science.model())
        science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_UPDATE")

        assert science.updated(deployment_id, displayName="n").lifecycle_state == "FAILED"


def test_an_inactive_deployment_stays_so_when_its_update_fails(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id)
    science.client.deactivate_model_deployment(deployment_id)
    science.settled(deployment_id)
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_UPDATE")

    assert science.updated(deployment_id, displayName="n").lifecycle_state == "INACTIVE"


def test_a_container_is_updated_by_what_its_environment_says(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id, environment=container(serverPort=8080))
    new = container(image="iad.ocir.io/twin/serving:2.0", serverPort=8081)

    shown = science.updated(deployment_id, **{CONFIGURATION: change(model_id, environment=new)})

    assert (_environment(shown).image, _environment(shown).server_port) == ("iad.ocir.io/twin/serving:2.0", 8081)


def test_variables_that_the_service_sets_are_no_field_of_an_update(science: Science, model_id: str) -> None:
    deployment_id = _deployment(science, model_id, environment=container())
    sent = change(model_id, environment=container(defaultEnvironmentVariables={}))

    answer = refused(science.update, deployment_id, **{CONFIGURATION: sent})

    assert answer[1] == "CannotParseRequest"
