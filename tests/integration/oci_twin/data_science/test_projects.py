from __future__ import annotations

import oci
from integration.oci_twin.data_science.rig import ONCE, Science, refused


def _create(science: Science, name: str = "p") -> str:
    details = oci.data_science.models.CreateProjectDetails(compartment_id=science.compartment_id, display_name=name)
    return str(science.client.create_project(details).data.id)


def test_the_project_that_a_twin_begins_with_is_there(science: Science) -> None:
    project = science.client.get_project(science.project_id).data

    assert (project.lifecycle_state, project.compartment_id) == ("ACTIVE", science.compartment_id)


def test_a_project_is_created_with_who_did_it(science: Science) -> None:
    project = science.client.get_project(_create(science)).data

    assert (project.display_name, project.created_by) == ("p", science.twin.user_id)


def test_a_project_in_an_unknown_compartment_is_refused(science: Science) -> None:
    details = {"compartmentId": "ocid1.compartment.oc1..elsewhere"}

    answer = refused(science.client.create_project, details)

    assert answer == (
        404,
        "NotAuthorizedOrNotFound",
        "Authorization failed or requested resource not found: ocid1.compartment.oc1..elsewhere",
    )


def test_projects_are_listed_by_name(science: Science) -> None:
    project_id = _create(science, "mine")

    found = science.client.list_projects(science.compartment_id, display_name="mine").data

    assert [project.id for project in found] == [project_id]


def test_an_update_with_the_right_etag_changes_a_project(science: Science) -> None:
    project_id = _create(science)
    etag = science.client.get_project(project_id).headers["etag"]

    changed = science.client.update_project(project_id, {"description": "new"}, if_match=etag)

    assert changed.data.description == "new"
    assert changed.headers["etag"] != etag


def test_an_update_with_an_old_etag_is_refused(science: Science) -> None:
    project_id = _create(science)

    answer = refused(science.client.update_project, project_id, {"description": "new"}, if_match="old")

    assert answer[:2] == (412, "NoEtagMatch")


def test_a_project_moves_to_another_compartment(science: Science) -> None:
    project_id = _create(science)

    science.client.change_project_compartment(project_id, {"compartmentId": science.other_compartment_id})

    assert science.client.get_project(project_id).data.compartment_id == science.other_compartment_id


def test_an_empty_project_is_deleted_by_a_work_request(science: Science) -> None:
    project_id = _create(science)
    composite = oci.data_science.DataScienceClientCompositeOperations(science.client)

    work = composite.delete_project_and_wait_for_state(
        project_id,
        wait_for_states=["SUCCEEDED", "FAILED"],
        operation_kwargs={"retry_strategy": ONCE},
        waiter_kwargs={"max_interval_seconds": 0},
    ).data

    assert (work.operation_type, work.status) == ("PROJECT_DELETE", "SUCCEEDED")
    assert science.client.get_project(project_id).data.lifecycle_state == "DELETED"


def test_a_project_with_a_model_cannot_be_deleted(science: Science) -> None:
    science.model()

    answer = refused(science.client.delete_project, science.project_id)

    assert answer == (409, "Conflict", f"{science.project_id} has resources and cannot be deleted.")


def test_a_project_whose_deletion_is_cancelled_stays(science: Science) -> None:
    project_id = _create(science)
    work_id = science.client.delete_project(project_id).headers["opc-work-request-id"]

    science.client.cancel_work_request(work_id)

    assert science.client.get_work_request(work_id).data.status == "CANCELED"
    assert science.client.get_project(project_id).data.lifecycle_state == "ACTIVE"


def test_a_project_whose_deletion_fails_stays(science: Science) -> None:
    project_id = _create(science)
    science.twin.outcomes.fail_next("PROJECT_DELETE", "No.")

    work_id = science.client.delete_project(project_id).headers["opc-work-request-id"]
    looks = [science.client.get_work_request(work_id).data.status for _ in range(2)]

    assert looks == ["IN_PROGRESS", "FAILED"]
    assert science.client.get_project(project_id).data.lifecycle_state == "ACTIVE"
