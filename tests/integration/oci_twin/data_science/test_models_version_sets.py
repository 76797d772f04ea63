from __future__ import annotations

import oci
import pytest
from integration.oci_twin.data_science.rig import Science, refused


def _create(science: Science, name: str = "fraud") -> str:
    details = oci.data_science.models.CreateModelVersionSetDetails(
        compartment_id=science.compartment_id, project_id=science.project_id, name=name
    )
    return str(science.client.create_model_version_set(details).data.id)


def test_models_of_a_set_are_numbered(science: Science) -> None:
    set_id = _create(science)

    versions = [science.client.get_model(science.model(modelVersionSetId=set_id)).data for _ in range(2)]

    assert [(model.version_id, model.model_version_set_name) for model in versions] == [(1, "fraud"), (2, "fraud")]


def test_models_are_found_by_the_name_of_their_set(science: Science) -> None:
    model_id = science.model(modelVersionSetId=_create(science))
    science.model()

    found = science.client.list_models(science.compartment_id, model_version_set_name="fraud").data

    assert [model.id for model in found] == [model_id]


def test_a_model_joins_a_set_later(science: Science) -> None:
    set_id = _create(science)
    model_id = science.model()

    model = science.client.update_model(model_id, {"modelVersionSetId": set_id, "versionLabel": "best"}).data

    assert (model.model_version_set_id, model.version_id, model.version_label) == (set_id, 1, "best")


def test_a_set_that_is_not_there_takes_no_model(science: Science) -> None:
    answer = refused(science.model, modelVersionSetId="ocid1.datasciencemodelversionset.oc1.iad.none")

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")


def test_two_sets_have_two_names(science: Science) -> None:
    _create(science)

    assert refused(_create, science)[:2] == (409, "NotAuthorizedOrResourceAlreadyExists")


def _deleted(science: Science, set_id: str, **more: bool) -> str:
    """The status of the work request that deletes a set."""
    composite = oci.data_science.DataScienceClientCompositeOperations(science.client)
    work = composite.delete_model_version_set_and_wait_for_state(
        set_id,
        wait_for_states=["SUCCEEDED", "FAILED"],
        operation_kwargs=more,
        waiter_kwargs={"max_interval_seconds": 0},
    )
    return str(work.data.status)


def test_a_set_is_listed_and_described(science: Science) -> None:
    set_id = _create(science)

    listed = science.client.list_model_version_sets(science.compartment_id, name="fraud").data
    described = science.client.update_model_version_set(set_id, {"description": "d"}).data

    assert [item.id for item in listed] == [set_id]
    assert described.description == "d"


def test_a_set_with_a_model_cannot_be_deleted(science: Science) -> None:
    set_id = _create(science)
    science.model(modelVersionSetId=set_id)

    answer = refused(science.client.delete_model_version_set, set_id)

    assert answer == (409, "Conflict", f"{set_id} has models and cannot be deleted.")


def test_a_set_is_deleted_once_its_models_are(science: Science) -> None:
    set_id = _create(science)
    science.client.delete_model(science.model(modelVersionSetId=set_id))

    assert _deleted(science, set_id) == "SUCCEEDED"
    assert science.client.get_model_version_set(set_id).data.lifecycle_state == "DELETED"


def test_a_set_is_deleted_with_its_models_when_that_is_asked_for(science: Science) -> None:
    set_id = _create(science)
    model_id = science.model(modelVersionSetId=set_id)

    assert _deleted(science, set_id, is_delete_related_models=True) == "SUCCEEDED"
    assert science.client.get_model(model_id).data.lifecycle_state == "DELETED"


@pytest.mark.parametrize("how", ["failed", "cancelled"])
def test_a_set_whose_deletion_does_not_end_stays(science: Science, how: str) -> None:
    set_id = _create(science)
    if how == "failed":
        science.twin.outcomes.fail_next("MODELVERSIONSET_DELETE")
    work_id = science.client.delete_model_version_set(set_id).headers["opc-work-request-id"]
    again = refused(science.client.delete_model_version_set, set_id)
    if how == "cancelled":
        science.client.cancel_work_request(work_id)

    for _ in range(2):
        science.client.get_work_request(work_id)

    assert again == (409, "IncorrectState", f"{set_id} is DELETING.")
    assert science.client.get_model_version_set(set_id).data.lifecycle_state == "ACTIVE"


def test_a_set_with_a_model_that_is_deployed_stays(science: Science) -> None:
    set_id = _create(science)
    model_id = science.model(modelVersionSetId=set_id)
    deployment_id = science.active(science.deployment_details(model_id))

    answer = refused(science.client.delete_model_version_set, set_id, is_delete_related_models=True)

    assert answer == (409, "Conflict", f"{model_id} is used by {deployment_id} and cannot be deleted.")
