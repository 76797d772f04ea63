from __future__ import annotations

from pathlib import Path

import pytest
from integration.local.rig import BytesArtifact
from integration.oci.deployments.rig import calls_of, client_of, connection_to, fail, models_in
from integration.oci.object_storage.rig import client_of as storage_of
from oci_twin.twin import Twin

from oci_mlflow_core.errors import (
    DeploymentError,
    InvalidRequestError,
    NotAuthorizedError,
    ServiceError,
    UnavailableError,
)
from oci_mlflow_core.model.deployment import ARTIFACT_TAG, PACK_TAG, RUN_TAG
from oci_mlflow_core.ports.deploy_service import ModelRegistration
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.service import OciDeployService

ARTIFACT = BytesArtifact(bytes(range(251)) * 1600)


def registration(twin: Twin, **tags: str) -> ModelRegistration:
    pack = f"oci://{twin.bucket}@{twin.namespace}/envs/cpu/fraud/1/fraud_v1"
    own = {ARTIFACT_TAG: ARTIFACT.sha256, RUN_TAG: "run-1", PACK_TAG: pack, **tags}
    return ModelRegistration(display_name="fraud", freeform_tags={key: value for key, value in own.items() if value})


@pytest.fixture
def service(service: OciDeployService) -> OciDeployService:
    """One that takes nothing in one call."""
    return OciDeployService(service.connection, direct_limit=1000)


def objects_in(twin: Twin) -> list[str]:
    return [each.name for each in storage_of(twin).list_objects(twin.namespace, twin.bucket).data.objects]


def test_a_large_artifact_arrives_and_its_object_is_gone(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    model = service.catalog.register(registration(twin), ARTIFACT, step)

    assert client_of(twin).get_model_artifact_content(model.id).data.content == ARTIFACT.data
    assert (calls_of(twin, "create_model_artifact"), calls_of(twin, "export_model_artifact")) == (0, 1)
    assert objects_in(twin) == []


def test_the_setting_says_which_bucket(twin: Twin, clock: ManualClock, tmp_path: Path, step: RecordingStep) -> None:
    setting = {"OCI_MLFLOW_ARTIFACT_DESTINATION": f"oci://{twin.bucket}@{twin.namespace}/on-their-way"}
    connection = connection_to(twin, tmp_path, clock, **setting)

    OciDeployService(connection, direct_limit=1000).catalog.register(
        registration(twin, **{PACK_TAG: ""}), ARTIFACT, step
    )

    assert step.said[0] == (
        f"uploading to oci://{twin.bucket}@{twin.namespace}/on-their-way, as the artifact is too large for one call"
    )


def test_without_any_bucket_the_setting_is_asked_for(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        service.catalog.register(registration(twin, **{PACK_TAG: ""}), ARTIFACT, step)

    assert str(caught.value) == "an artifact of this size goes by way of a bucket, and none is known"
    assert caught.value.hint == (
        "Let OCI_MLFLOW_ARTIFACT_DESTINATION name one that you may write to: oci://<bucket>@<namespace>/<prefix>."
    )
    assert models_in(twin) == []


def test_an_export_that_fails_is_told_with_the_services_words_and_nothing_is_left(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    twin.outcomes.fail_next("EXPORT_MODEL_ARTIFACT", "No room.")

    with pytest.raises(ServiceError, match=r"into the catalog failed: InternalServerError: No room\. \(work request"):
        service.catalog.register(registration(twin), ARTIFACT, step)

    assert (models_in(twin), objects_in(twin)) == ([], [])


@pytest.mark.parametrize("operation", ["put_object", "export_model_artifact", "get_work_request", "delete_object"])
@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "status"])
def test_one_fault_of_a_call_leaves_one_model_and_no_object(
    twin: Twin, service: OciDeployService, step: RecordingStep, operation: str, kind: str
) -> None:
    fail(twin, operation, kind)

    model = service.catalog.register(registration(twin), ARTIFACT, step)

    assert [each.id for each in models_in(twin)] == [model.id]
    assert objects_in(twin) == []


def test_an_object_that_cannot_be_removed_is_listed(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    fail(twin, "delete_object", status=403, code="NotAuthorized", times=None)
    twin.outcomes.fail_next("EXPORT_MODEL_ARTIFACT")

    with pytest.raises(DeploymentError) as caught:
        service.catalog.register(registration(twin), ARTIFACT, step)

    (name,) = objects_in(twin)
    (line,) = caught.value.leftovers
    assert line.startswith(f"object oci://{twin.bucket}@{twin.namespace}/{name}: could not remove")


def test_an_object_that_stays_after_all_went_well_is_an_error_that_lists_it(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    fail(twin, "delete_object", status=403, code="NotAuthorized", times=None)

    with pytest.raises(NotAuthorizedError) as caught:
        service.catalog.register(registration(twin), ARTIFACT, step)

    (name,) = objects_in(twin)
    assert models_in(twin) == []
    assert caught.value.leftovers == (f"object oci://{twin.bucket}@{twin.namespace}/{name}",)


def test_an_export_that_does_not_end_is_given_up_and_nothing_is_left(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    twin.outcomes.stall_next("EXPORT_MODEL_ARTIFACT")

    with pytest.raises(UnavailableError, match=r"the work request \S+ goes on after 7200 s$"):
        service.catalog.register(registration(twin), ARTIFACT, step)

    assert (models_in(twin), objects_in(twin)) == ([], [])
