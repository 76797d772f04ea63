from __future__ import annotations

from typing import Any

import oci
import pytest
from integration.oci_twin.data_science.rig import Science, refused, serving
from oci_twin.data_science.behaviour import Behaviour

LARGE = 17 << 20


def _source(science: Science, content: bytes = b"content", **more: Any) -> Any:
    """An object in the twin's bucket, as the details of an export name it."""
    science.storage.put_object(science.twin.namespace, science.twin.bucket, "in/model.zip", content)
    details = {
        "artifactSourceType": "ORACLE_OBJECT_STORAGE",
        "namespace": science.twin.namespace,
        "sourceBucket": science.twin.bucket,
        "sourceObjectName": "in/model.zip",
        "sourceRegion": "us-ashburn-1",
        **more,
    }
    return {"artifactExportDetails": details}


def _destination(science: Science, bucket: str | None = None) -> oci.data_science.models.ImportModelArtifactDetails:
    models = oci.data_science.models
    return models.ImportModelArtifactDetails(
        artifact_import_details=models.ArtifactImportDetailsObjectStorage(
            namespace=science.twin.namespace,
            destination_bucket=bucket or science.twin.bucket,
            destination_object_name="out/model.zip",
            destination_region="us-ashburn-1",
        )
    )


def _followed(science: Science, response: Any) -> Any:
    """The work request at its end."""
    work_id = response.headers["opc-work-request-id"]
    first = science.client.get_work_request(work_id)
    return oci.wait_until(
        science.client,
        first,
        evaluate_response=lambda it: it.data.status in ("SUCCEEDED", "FAILED", "CANCELED"),
        max_interval_seconds=0,
    ).data


def _errors(science: Science, work: Any) -> list[str]:
    return [error.message for error in science.client.list_work_request_errors(work.id).data]


def test_an_object_becomes_the_artifact_of_a_model(science: Science) -> None:
    model_id = science.model(artifact=None)

    work = _followed(science, science.client.export_model_artifact(model_id, _source(science)))

    assert (work.operation_type, work.status) == ("EXPORT_MODEL_ARTIFACT", "SUCCEEDED")
    assert science.client.get_model_artifact_content(model_id).data.content == b"content"
    assert science.client.head_model_artifact(model_id).headers["content-md5"]


def test_a_large_object_is_copied_beside_the_calls(science: Science) -> None:
    model_id = science.model(artifact=None)

    work = _followed(science, science.client.export_model_artifact(model_id, _source(science, b"x" * LARGE)))

    assert work.status == "SUCCEEDED"
    assert science.client.head_model_artifact(model_id).headers["content-length"] == str(LARGE)


def test_an_artifact_outlives_the_object_that_it_came_from(science: Science) -> None:
    model_id = science.model(artifact=None)
    _followed(science, science.client.export_model_artifact(model_id, _source(science)))

    science.storage.delete_object(science.twin.namespace, science.twin.bucket, "in/model.zip")

    assert science.client.get_model_artifact_content(model_id).data.content == b"content"


def test_the_composite_waiter_gives_the_work_request(science: Science) -> None:
    composite = oci.data_science.DataScienceClientCompositeOperations(science.client)

    work = composite.export_model_artifact_and_wait_for_state(
        science.model(artifact=None),
        _source(science),
        wait_for_states=["SUCCEEDED", "FAILED", "CANCELED"],
        waiter_kwargs={"max_interval_seconds": 0},
    ).data

    assert work.status == "SUCCEEDED"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sourceObjectName": "none"}, "There is no object 'none' in the bucket '{bucket}' of '{namespace}'."),
        ({"sourceBucket": "none"}, "There is no object 'in/model.zip' in the bucket 'none' of '{namespace}'."),
    ],
)
def test_an_object_that_is_not_there_fails_the_work_request(
    science: Science, more: dict[str, Any], message: str
) -> None:
    model_id = science.model(artifact=None)

    work = _followed(science, science.client.export_model_artifact(model_id, _source(science, **more)))

    named = {"bucket": science.twin.bucket, "namespace": science.twin.namespace}
    assert work.status == "FAILED"
    assert _errors(science, work) == [message.format(**named)]
    assert refused(science.client.head_model_artifact, model_id)[0] == 404


def test_without_the_policy_nothing_moves_in_or_out() -> None:
    with serving(behaviour=Behaviour(service_may_use_buckets=False)) as science:
        inwards = _followed(
            science, science.client.export_model_artifact(science.model(artifact=None), _source(science))
        )
        outwards = _followed(science, science.client.import_model_artifact(science.model(), _destination(science)))

        place = f"the bucket '{science.twin.bucket}' in '{science.twin.namespace}'"
        message = f"The service datascience is not allowed to use the objects of {place}."
        assert (inwards.status, outwards.status) == ("FAILED", "FAILED")
        assert _errors(science, inwards) == _errors(science, outwards) == [message]


def test_an_object_over_the_limit_fails_the_work_request() -> None:
    with serving(behaviour=Behaviour(max_exported_bytes=6)) as science:
        response = science.client.export_model_artifact(science.model(artifact=None), _source(science))

        work = _followed(science, response)

        assert _errors(science, work) == ["The artifact has 7 bytes; at most 6 are possible."]


def test_a_model_with_an_artifact_takes_no_other(science: Science) -> None:
    model_id = science.model()

    answer = refused(science.client.export_model_artifact, model_id, _source(science))

    assert answer == (409, "Conflict", f"{model_id} has an artifact, which cannot be replaced.")


def test_a_second_export_has_to_wait_for_the_first(science: Science) -> None:
    model_id = science.model(artifact=None)
    science.client.export_model_artifact(model_id, _source(science))

    answer = refused(science.client.export_model_artifact, model_id, _source(science))

    assert answer == (409, "Conflict", f"An artifact is being exported to {model_id}.")


def test_an_artifact_that_was_uploaded_meanwhile_wins(science: Science) -> None:
    model_id = science.model(artifact=None)
    response = science.client.export_model_artifact(model_id, _source(science))
    science.client.create_model_artifact(model_id, b"uploaded")

    work = _followed(science, response)

    assert work.status == "FAILED"
    assert science.client.get_model_artifact_content(model_id).data.content == b"uploaded"


@pytest.mark.parametrize("field", ["namespace", "sourceBucket", "sourceObjectName", "artifactSourceType"])
def test_an_export_needs_to_know_the_object(science: Science, field: str) -> None:
    details = _source(science)
    del details["artifactExportDetails"][field]

    answer = refused(science.client.export_model_artifact, science.model(artifact=None), details)

    assert answer == (400, "MissingParameter", f"artifactExportDetails.{field} is required.")


def test_an_artifact_is_put_into_a_bucket(science: Science) -> None:
    work = _followed(science, science.client.import_model_artifact(science.model(), _destination(science)))

    found = science.storage.get_object(science.twin.namespace, science.twin.bucket, "out/model.zip")
    assert (work.operation_type, work.status) == ("IMPORT_MODEL_ARTIFACT", "SUCCEEDED")
    assert found.data.content == b"zip"


def test_a_bucket_that_is_not_there_fails_the_work_request(science: Science) -> None:
    work = _followed(science, science.client.import_model_artifact(science.model(), _destination(science, "none")))

    assert work.status == "FAILED"
    assert _errors(science, work) == [f"There is no bucket 'none' in '{science.twin.namespace}'."]


def test_a_model_without_an_artifact_has_nothing_for_a_bucket(science: Science) -> None:
    answer = refused(science.client.import_model_artifact, science.model(artifact=None), _destination(science))

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")


def test_a_model_by_reference_can_be_deployed(science: Science) -> None:
    models = oci.data_science.models
    model_id = science.model(artifact=None)
    reference = models.OSSModelArtifactReferenceDetails(
        namespace=science.twin.namespace, bucket_name=science.twin.bucket, prefix="huge/"
    )
    details = models.RegisterModelArtifactReferenceDetails(model_artifact_references=[reference])

    work = _followed(science, science.client.register_model_artifact_reference(details, model_id))

    assert (work.operation_type, work.status) == ("REGISTER_MODEL_ARTIFACT", "SUCCEEDED")
    assert science.client.get_model(model_id).data.is_model_by_reference is True
    assert science.active(science.deployment_details(model_id))


def test_a_model_with_an_artifact_takes_no_reference(science: Science) -> None:
    reference = {"modelArtifactReferenceType": "OSS", "namespace": "n", "bucketName": "b"}
    model_id = science.model()

    answer = refused(
        science.client.register_model_artifact_reference, {"modelArtifactReferences": [reference]}, model_id
    )

    assert answer == (409, "Conflict", f"{model_id} has an artifact, which cannot be replaced.")


def test_a_scripted_failure_leaves_no_artifact(science: Science) -> None:
    science.twin.outcomes.needs_attention_next("EXPORT_MODEL_ARTIFACT", "Broken.")
    model_id = science.model(artifact=None)

    work = _followed(science, science.client.export_model_artifact(model_id, _source(science)))

    assert work.status == "FAILED"
    assert _errors(science, work) == ["Broken."]
    assert refused(science.client.head_model_artifact, model_id)[0] == 404
    assert science.client.create_model_artifact(model_id, b"zip").status == 204


def test_a_cancelled_export_leaves_no_artifact(science: Science) -> None:
    model_id = science.model(artifact=None)
    response = science.client.export_model_artifact(model_id, _source(science))

    science.client.cancel_work_request(response.headers["opc-work-request-id"])

    assert _followed(science, response).status == "CANCELED"
    assert refused(science.client.head_model_artifact, model_id)[0] == 404


def test_what_was_never_archived_cannot_be_restored(science: Science) -> None:
    model_id = science.model()

    answer = refused(science.client.restore_archived_model_artifact, model_id)

    assert answer == (409, "IncorrectState", f"The artifact of {model_id} is not archived.")
