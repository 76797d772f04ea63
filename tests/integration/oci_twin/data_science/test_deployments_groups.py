from __future__ import annotations

from typing import Any

import oci
import pytest
from integration.oci_twin.data_science.rig import SHAPE, Science, container, instance, refused

CONFIGURATION = "modelDeploymentConfigurationDetails"


def _group_details(science: Science, *model_ids: str, **more: Any) -> dict[str, Any]:
    members = [{"modelId": model_id, "inferenceKey": f"key-{number}"} for number, model_id in enumerate(model_ids)]
    return {
        "createType": "CREATE",
        "compartmentId": science.compartment_id,
        "projectId": science.project_id,
        "displayName": "g",
        "modelGroupDetails": {"type": "HETEROGENEOUS"},
        "memberModelEntries": {"memberModelDetails": members},
        **more,
    }


def _group(science: Science, *model_ids: str) -> str:
    response = science.client.create_model_group(_group_details(science, *(model_ids or (science.model(),))))
    for _ in range(2):
        science.client.get_work_request(response.headers["opc-work-request-id"])
    return str(response.data.id)


def _configuration(group_id: str, **more: Any) -> dict[str, Any]:
    infrastructure = {"infrastructureType": "INSTANCE_POOL", "instanceConfiguration": instance(), **more}
    return {
        "deploymentType": "MODEL_GROUP",
        "modelGroupConfigurationDetails": {"modelGroupId": group_id},
        "infrastructureConfigurationDetails": infrastructure,
    }


def _details(science: Science, group_id: str, **more: Any) -> dict[str, Any]:
    return {**science.deployment_details(""), CONFIGURATION: _configuration(group_id, **more)}


def test_a_group_is_made_by_a_work_request(science: Science) -> None:
    models = oci.data_science.models
    member = models.MemberModelDetails(model_id=science.model(), inference_key="one")
    details = models.CreateModelGroupDetails(
        compartment_id=science.compartment_id,
        project_id=science.project_id,
        display_name="g",
        model_group_details=models.HomogeneousModelGroupDetails(),
        member_model_entries=models.MemberModelEntries(member_model_details=[member]),
    )

    response = science.client.create_model_group(details)
    work = [science.client.get_work_request(response.headers["opc-work-request-id"]).data for _ in range(2)][-1]

    group = science.client.get_model_group(response.data.id).data
    assert (response.data.lifecycle_state, group.lifecycle_state) == ("CREATING", "ACTIVE")
    assert (work.operation_type, work.status) == ("MODEL_GROUP_CREATE", "SUCCEEDED")
    assert group.member_model_entries.member_model_details[0].inference_key == "one"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"memberModelDetails": []}, "memberModelDetails must have at least 1 items, not 0."),
        ({}, "memberModelEntries.memberModelDetails has no model."),
    ],
)
def test_a_group_needs_a_model(science: Science, members: dict[str, Any], message: str) -> None:
    answer = refused(science.client.create_model_group, _group_details(science, memberModelEntries=members))

    assert answer[0] == 400
    assert answer[2].endswith(message)


def test_two_models_of_a_group_have_two_keys(science: Science) -> None:
    entries = [{"modelId": science.model(), "inferenceKey": "same"} for _ in range(2)]

    answer = refused(
        science.client.create_model_group,
        _group_details(science, memberModelEntries={"memberModelDetails": entries}),
    )

    assert answer == (400, "InvalidParameter", "Two models of the group have the same inferenceKey.")


def test_a_group_of_a_model_that_is_switched_off_is_refused(science: Science) -> None:
    model_id = science.model()
    science.client.deactivate_model(model_id)

    answer = refused(science.client.create_model_group, _group_details(science, model_id))

    assert answer == (409, "IncorrectState", f"{model_id} is INACTIVE, not ACTIVE.")


def test_a_model_of_a_group_cannot_be_deleted(science: Science) -> None:
    model_id = science.model()
    _group(science, model_id)

    assert refused(science.client.delete_model, model_id)[:2] == (409, "Conflict")


def test_groups_are_listed_renamed_and_deleted(science: Science) -> None:
    group_id = _group(science)

    listed = science.client.list_model_groups(science.compartment_id, display_name="g").data
    renamed = science.client.update_model_group(group_id, {"displayName": "h"}).data
    work_id = science.client.delete_model_group(group_id).headers["opc-work-request-id"]
    for _ in range(2):
        science.client.get_work_request(work_id)

    assert [group.id for group in listed] == [group_id]
    assert renamed.display_name == "h"
    assert science.client.get_model_group(group_id).data.lifecycle_state == "DELETED"


def test_a_group_that_is_not_settled_cannot_be_changed(science: Science) -> None:
    group_id = science.client.create_model_group(_group_details(science, science.model())).data.id

    for call in (science.client.update_model_group, lambda it, _: science.client.delete_model_group(it)):
        assert refused(call, group_id, {}) == (409, "IncorrectState", f"{group_id} is CREATING.")


def test_a_group_that_cannot_be_made_is_failed(science: Science) -> None:
    science.twin.outcomes.fail_next("MODEL_GROUP_CREATE", "No.")

    group = science.client.get_model_group(_group(science)).data

    assert (group.lifecycle_state, group.lifecycle_details) == ("FAILED", "No.")


def test_a_group_whose_making_is_cancelled_is_failed(science: Science) -> None:
    response = science.client.create_model_group(_group_details(science, science.model()))
    work_id = response.headers["opc-work-request-id"]

    science.client.cancel_work_request(work_id)
    science.client.get_work_request(work_id)

    group = science.client.get_model_group(response.data.id).data
    assert (group.lifecycle_state, group.lifecycle_details) == ("FAILED", "The work request was cancelled.")


def test_a_group_is_deployed(science: Science) -> None:
    group_id = _group(science)

    shown = science.client.get_model_deployment(science.active(_details(science, group_id, bandwidthMbps=20))).data

    configuration = shown.model_deployment_configuration_details
    infrastructure = configuration.infrastructure_configuration_details
    assert configuration.model_group_configuration_details.model_group_id == group_id
    assert (infrastructure.bandwidth_mbps, infrastructure.instance_configuration.instance_shape_name) == (20, SHAPE)


def test_a_group_that_is_deployed_cannot_be_deleted(science: Science) -> None:
    group_id = _group(science)
    deployment_id = science.active(_details(science, group_id))

    answer = refused(science.client.delete_model_group, group_id)

    assert answer == (409, "Conflict", f"{group_id} is used by {deployment_id} and cannot be deleted.")


def test_a_group_that_is_not_there_or_not_ready_cannot_be_deployed(science: Science) -> None:
    creating = science.client.create_model_group(_group_details(science, science.model())).data.id

    missing = refused(science.create, _details(science, "ocid1.datasciencemodelgroup.oc1.iad.none"))
    early = refused(science.create, _details(science, creating))

    assert missing[:2] == (404, "NotAuthorizedOrNotFound")
    assert early == (409, "IncorrectState", f"{creating} is CREATING, not ACTIVE.")


def test_the_models_of_a_deployed_group_have_a_state(science: Science) -> None:
    first, second = science.model(displayName="a"), science.model(displayName="b")
    deployment_id = science.active(_details(science, _group(science, first, second)))
    listing = science.client.list_model_deployment_model_states

    every = listing(deployment_id, science.compartment_id).data
    one = listing(deployment_id, science.compartment_id, inference_key="key-1").data

    assert [(item.model_id, item.inference_key, item.state) for item in every] == [
        (first, "key-0", "SUCCESS"),
        (second, "key-1", "SUCCESS"),
    ]
    assert [item.model_id for item in one] == [second]


def test_a_single_model_has_no_states_of_models(science: Science) -> None:
    deployment_id = science.active()

    answer = refused(science.client.list_model_deployment_model_states, deployment_id, science.compartment_id)

    assert answer == (400, "InvalidParameter", f"{deployment_id} serves a single model.")


@pytest.mark.parametrize("update_type", ["ZDT", "LIVE"])
def test_a_live_deployment_takes_another_group(science: Science, update_type: str) -> None:
    deployment_id = science.active(_details(science, _group(science)))
    other = _group(science)
    sent = {
        "deploymentType": "MODEL_GROUP",
        "updateType": update_type,
        "modelGroupConfigurationDetails": {"modelGroupId": other},
    }

    shown = science.updated(deployment_id, **{CONFIGURATION: sent})

    configuration = shown.model_deployment_configuration_details
    assert shown.lifecycle_state == "ACTIVE"
    assert configuration.model_group_configuration_details.model_group_id == other


def test_edit_rules_hold_for_groups_too(science: Science) -> None:
    deployment_id = science.active(_details(science, _group(science)))
    both = {
        "deploymentType": "MODEL_GROUP",
        "modelGroupConfigurationDetails": {"modelGroupId": _group(science)},
        "infrastructureConfigurationDetails": {"infrastructureType": "INSTANCE_POOL", "bandwidthMbps": 20},
    }

    answer = refused(science.update, deployment_id, **{CONFIGURATION: both})

    assert answer[0] == 400
    assert answer[2].endswith("this changes bandwidth, model.")


def test_a_group_may_be_deployed_in_a_container(science: Science) -> None:
    details = _details(science, _group(science))
    details[CONFIGURATION]["environmentConfigurationDetails"] = container()

    assert science.active(details)
