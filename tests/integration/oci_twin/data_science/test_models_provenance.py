from __future__ import annotations

import oci
from integration.oci_twin.data_science.rig import Science, refused

RUN = "ocid1.datasciencejobrun.oc1.iad.run"


def test_a_model_begins_without_provenance(science: Science) -> None:
    answer = refused(science.client.get_model_provenance, science.model())

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")


def test_provenance_is_shown_as_it_was_given(science: Science) -> None:
    model_id = science.model()
    details = oci.data_science.models.CreateModelProvenanceDetails(
        repository_url="https://example.com/r", git_branch="main", git_commit="abc", training_id=RUN
    )

    science.client.create_model_provenance(model_id, details)

    shown = science.client.get_model_provenance(model_id).data
    assert (shown.repository_url, shown.git_branch, shown.git_commit) == ("https://example.com/r", "main", "abc")
    assert (shown.training_id, shown.script_dir) == (RUN, None)


def test_provenance_is_created_once(science: Science) -> None:
    model_id = science.model()
    science.client.create_model_provenance(model_id, {})

    answer = refused(science.client.create_model_provenance, model_id, {})

    assert answer == (409, "Conflict", f"{model_id} has a provenance; it can be updated.")


def test_provenance_is_updated_under_its_own_etag(science: Science) -> None:
    model_id = science.model()
    etag = science.client.create_model_provenance(model_id, {"gitBranch": "a"}).headers["etag"]

    shown = science.client.update_model_provenance(model_id, {"gitBranch": "b"}, if_match=etag).data

    assert shown.git_branch == "b"
    assert refused(science.client.update_model_provenance, model_id, {}, if_match=etag)[:2] == (412, "NoEtagMatch")


def test_provenance_that_is_not_there_cannot_be_updated(science: Science) -> None:
    assert refused(science.client.update_model_provenance, science.model(), {})[0] == 404


def test_the_training_has_to_be_a_session_or_a_run(science: Science) -> None:
    answer = refused(science.client.create_model_provenance, science.model(), {"trainingId": "run-1"})

    assert answer[:2] == (400, "InvalidParameter")
