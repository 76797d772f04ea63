from __future__ import annotations

import oci
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


def test_a_set_is_listed_described_and_deleted_when_it_is_empty(science: Science) -> None:
    set_id = _create(science)
    model_id = science.model(modelVersionSetId=set_id)

    listed = science.client.list_model_version_sets(science.compartment_id, name="fraud").data
    described = science.client.update_model_version_set(set_id, {"description": "d"}).data
    full = refused(science.client.delete_model_version_set, set_id)
    science.client.delete_model(model_id)
    science.client.delete_model_version_set(set_id)

    assert [item.id for item in listed] == [set_id]
    assert described.description == "d"
    assert full == (409, "Conflict", f"{set_id} has models and cannot be deleted.")
    assert science.client.get_model_version_set(set_id).data.lifecycle_state == "DELETED"
