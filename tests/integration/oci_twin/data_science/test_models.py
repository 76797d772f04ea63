from __future__ import annotations

import oci
import pytest
from integration.oci_twin.data_science.rig import REPEATED, Science, refused, serving
from oci_twin.data_science.behaviour import Behaviour


def test_a_model_is_active_at_once_without_an_artifact(science: Science) -> None:
    details = oci.data_science.models.CreateModelDetails(
        compartment_id=science.compartment_id,
        project_id=science.project_id,
        display_name="fraud",
        description="d",
        input_schema="{}",
        freeform_tags={"team": "a"},
    )

    response = science.client.create_model(details)

    model = science.client.get_model(response.data.id).data
    assert (response.status, model.lifecycle_state, model.display_name) == (200, "ACTIVE", "fraud")
    assert (model.description, model.input_schema, model.freeform_tags) == ("d", "{}", {"team": "a"})
    assert (model.category, model.is_model_by_reference) == ("USER", False)
    assert response.headers["etag"]


def test_a_model_without_a_name_gets_one(science: Science) -> None:
    details = {"compartmentId": science.compartment_id, "projectId": science.project_id}

    model = science.client.create_model(details).data

    assert model.display_name.startswith("model2")


@pytest.mark.parametrize("field", ["compartmentId", "projectId"])
def test_a_model_needs_its_compartment_and_its_project(science: Science, field: str) -> None:
    details = {"compartmentId": science.compartment_id, "projectId": science.project_id}
    del details[field]

    assert refused(science.client.create_model, details) == (400, "MissingParameter", f"{field} is required.")


def test_a_model_of_an_unknown_project_is_refused(science: Science) -> None:
    project_id = "ocid1.datascienceproject.oc1.iad.none"

    answer = refused(science.model, projectId=project_id)

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")


def test_an_unknown_field_is_refused(science: Science) -> None:
    answer = refused(science.model, colour="red")

    assert answer == (400, "CannotParseRequest", "The body has no field 'colour'.")


def test_an_unknown_field_can_be_ignored() -> None:
    with serving(behaviour=Behaviour(refuse_unknown_fields=False)) as science:
        model_id = science.model(colour="red")

        assert science.client.get_model(model_id).data.lifecycle_state == "ACTIVE"


def test_a_name_has_at_most_255_characters(science: Science) -> None:
    answer = refused(science.model, displayName="n" * 256)

    assert answer == (400, "InvalidParameter", "displayName must have at most 255 characters; it has 256.")


def test_a_resource_has_at_most_ten_free_form_tags(science: Science) -> None:
    answer = refused(science.model, freeformTags={f"k{number}": "v" for number in range(11)})

    assert answer == (400, "InvalidParameter", "freeformTags can have at most 10 tags, not 11.")


def test_the_value_of_a_tag_has_at_most_256_characters(science: Science) -> None:
    answer = refused(science.model, freeformTags={"k": "v" * 257})

    assert answer == (400, "InvalidParameter", "The value of the free-form tag 'k' has more than 256 characters.")


def test_the_key_of_a_tag_has_at_most_100_characters(science: Science) -> None:
    answer = refused(science.model, freeformTags={"k" * 101: "v"})

    assert answer[:2] == (400, "InvalidParameter")


def test_a_resource_has_at_most_64_defined_tags(science: Science) -> None:
    tags = {"one": {f"k{number}": 1 for number in range(40)}, "two": {f"k{number}": 1 for number in range(25)}}

    answer = refused(science.model, definedTags=tags)

    assert answer == (400, "InvalidParameter", "definedTags can have at most 64 tags, not 65.")


def test_a_model_that_is_not_there_is_not_found(science: Science) -> None:
    answer = refused(science.client.get_model, "ocid1.datasciencemodel.oc1.iad.none")

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")


def test_an_update_changes_what_it_names_and_the_etag(science: Science) -> None:
    model_id = science.model(description="d")
    before = science.client.get_model(model_id)

    science.client.update_model(model_id, {"displayName": "new"}, if_match=before.headers["etag"])

    after = science.client.get_model(model_id)
    assert (after.data.display_name, after.data.description) == ("new", "d")
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("field", ["inputSchema", "projectId", "compartmentId"])
def test_what_cannot_change_is_no_field_of_an_update(science: Science, field: str) -> None:
    answer = refused(science.client.update_model, science.model(), {field: "x"})

    assert answer == (400, "CannotParseRequest", f"The body has no field '{field}'.")


def test_an_update_with_an_old_etag_is_refused(science: Science) -> None:
    model_id = science.model()

    answer = refused(science.client.update_model, model_id, {"displayName": "n"}, if_match="old")

    assert answer[:2] == (412, "NoEtagMatch")


def test_a_model_is_switched_off_and_on(science: Science) -> None:
    model_id = science.model()

    off = science.client.deactivate_model(model_id).data.lifecycle_state
    on = science.client.activate_model(model_id).data.lifecycle_state

    assert (off, on) == ("INACTIVE", "ACTIVE")


def test_an_active_model_cannot_be_activated(science: Science) -> None:
    model_id = science.model()

    answer = refused(science.client.activate_model, model_id)

    assert answer == (409, "IncorrectState", f"{model_id} is ACTIVE, not INACTIVE.")


def test_a_model_moves_to_another_compartment(science: Science) -> None:
    model_id = science.model()

    science.client.change_model_compartment(model_id, {"compartmentId": science.other_compartment_id})

    assert science.client.get_model(model_id).data.compartment_id == science.other_compartment_id


def test_a_deleted_model_can_be_read_for_a_day(science: Science) -> None:
    model_id = science.model()

    response = science.client.delete_model(model_id)
    state = science.client.get_model(model_id).data.lifecycle_state
    science.clock.advance(86_400)

    assert (response.status, state) == (204, "DELETED")
    assert refused(science.client.get_model, model_id)[0] == 404


def test_a_deleted_model_cannot_be_deleted_again(science: Science) -> None:
    model_id = science.model()
    science.client.delete_model(model_id)

    assert refused(science.client.delete_model, model_id)[:2] == (404, "NotAuthorizedOrNotFound")


def test_a_model_that_a_deployment_uses_cannot_be_deleted(science: Science) -> None:
    model_id = science.model()
    deployment_id = science.active(science.deployment_details(model_id))

    answer = refused(science.client.delete_model, model_id)

    assert answer == (409, "Conflict", f"{model_id} is used by {deployment_id} and cannot be deleted.")


def test_a_model_that_a_failed_deployment_names_cannot_be_deleted(science: Science) -> None:
    model_id = science.model()
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_CREATE")
    science.settled(science.create(science.deployment_details(model_id)))

    assert refused(science.client.delete_model, model_id)[0] == 409


def test_a_model_can_be_deleted_once_its_deployment_is(science: Science) -> None:
    model_id = science.model()
    deployment_id = science.active(science.deployment_details(model_id))
    science.client.delete_model_deployment(deployment_id)
    science.settled(deployment_id)

    assert science.client.delete_model(model_id).status == 204


def test_the_composite_waiter_sees_a_model_deleted(science: Science) -> None:
    composite = oci.data_science.DataScienceClientCompositeOperations(science.client)

    response = composite.delete_model_and_wait_for_state(science.model(), wait_for_states=["DELETED"])

    assert response.data.lifecycle_state == "DELETED"


def test_a_retried_create_makes_one_model(science: Science) -> None:
    details = {"compartmentId": science.compartment_id, "projectId": science.project_id}

    first = science.client.create_model(details, opc_retry_token=REPEATED).data
    again = science.client.create_model(details, opc_retry_token=REPEATED).data

    assert first.id == again.id
    assert len(science.client.list_models(science.compartment_id).data) == 1
