from __future__ import annotations

import hashlib
import io
import tracemalloc
from typing import Any, BinaryIO

import attrs
import pytest
from integration.local.rig import BytesArtifact
from integration.oci.deployments.rig import calls_of, client_of, fail, models_in
from oci_twin.twin import Twin

from oci_mlflow_core.errors import ConflictError, InvalidRequestError, NotAuthorizedError, UnavailableError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import ARTIFACT_TAG, RUN_TAG
from oci_mlflow_core.ports.deploy_service import ModelRegistration, Provenance
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.service import OciDeployService

ARTIFACT = BytesArtifact(b"zip" * 300_000)
TAGS = {ARTIFACT_TAG: ARTIFACT.sha256, RUN_TAG: "run-1"}


def registration(run: str = "run-1", **more: Any) -> ModelRegistration:
    return ModelRegistration(display_name="fraud", freeform_tags={**TAGS, RUN_TAG: run}, **more)


def incomplete_model(twin: Twin, run: str = "run-0") -> str:
    details = {
        "compartmentId": twin.compartment_id,
        "projectId": twin.project_id,
        "freeformTags": {**TAGS, RUN_TAG: run},
    }
    return str(client_of(twin).create_model(details).data.id)


def content(twin: Twin, model_id: str) -> bytes:
    return bytes(client_of(twin).get_model_artifact_content(model_id).data.content)


@attrs.frozen
class Written(RuntimeArtifact):
    """An artifact whose files are written to after its digest was taken."""

    data: bytes
    size: int = ARTIFACT.size
    sha256: str = ARTIFACT.sha256

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)


def test_everything_that_is_known_is_told(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    told = registration(
        description="Scores card payments.",
        metadata=(("MLFlow Run ID", "r1", "the run"), ("empty", "", "not told")),
        defined_metadata=(("Framework", "scikit-learn"),),
        input_schema='{"schema": []}',
        output_schema='{"schema": [1]}',
        provenance=Provenance(repository_url="https://git.example/fraud", git_commit="abc"),
    )

    model = service.catalog.register(told, ARTIFACT, step)

    seen = client_of(twin).get_model(model.id).data
    provenance = client_of(twin).get_model_provenance(model.id).data
    assert (seen.display_name, seen.description, seen.freeform_tags) == ("fraud", "Scores card payments.", TAGS)
    assert [(each.key, each.value, each.category) for each in seen.custom_metadata_list] == [
        ("MLFlow Run ID", "r1", "Other")
    ]
    assert [(each.key, each.value) for each in seen.defined_metadata_list] == [("Framework", "scikit-learn")]
    assert (seen.input_schema, seen.output_schema) == ('{"schema": []}', '{"schema": [1]}')
    assert (provenance.repository_url, provenance.git_commit) == ("https://git.example/fraud", "abc")


def test_the_artifact_arrives_as_it_is_and_is_counted(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    model = service.catalog.register(registration(), ARTIFACT, step)

    assert content(twin, model.id) == ARTIFACT.data
    assert step.moves[-1] == (ARTIFACT.size, ARTIFACT.size)


@pytest.mark.parametrize(
    "operation", ["create_model", "create_model_provenance", "create_model_artifact", "head_model_artifact"]
)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 503, "after_effect": True},
        {"kind": "status", "status": 429, "headers": {"retry-after": "7"}},
        {"kind": "reset_before"},
        {"kind": "reset_after"},
        {"kind": "truncate"},
    ],
)
def test_one_fault_of_a_call_leaves_one_model_with_its_artifact(
    twin: Twin, service: OciDeployService, step: RecordingStep, operation: str, fault: dict[str, Any]
) -> None:
    told = registration(provenance=Provenance(git_commit="abc"), retry_token="0" * 30)
    fail(twin, operation, **fault)

    model = service.catalog.register(told, ARTIFACT, step)

    assert [each.id for each in models_in(twin)] == [model.id]
    assert content(twin, model.id) == ARTIFACT.data
    assert client_of(twin).get_model_provenance(model.id).data.git_commit == "abc"


def test_bytes_that_change_on_the_way_are_told_and_nothing_is_left(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    fail(twin, "create_model_artifact", "corrupt")

    with pytest.raises(Exception, match=r"the artifact of the model \S+ is not the one that was sent") as caught:
        service.catalog.register(registration(), ARTIFACT, step)

    assert models_in(twin) == []
    assert getattr(caught.value, "leftovers", ()) == ()


@pytest.mark.parametrize(
    ("data", "how"),
    [
        (ARTIFACT.data[:-1], f"it ended after {ARTIFACT.size - 1} of {ARTIFACT.size} bytes"),
        (b"x" + ARTIFACT.data[1:], "its SHA-256 is "),
    ],
)
def test_an_artifact_that_is_written_to_meanwhile_is_told_and_nothing_is_left(
    twin: Twin, service: OciDeployService, step: RecordingStep, data: bytes, how: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        service.catalog.register(registration(), Written(data), step)

    assert str(caught.value).startswith(
        f"the runtime artifact with SHA-256 {ARTIFACT.sha256} changed while it was read: {how}"
    )
    assert models_in(twin) == []
    assert calls_of(twin, "create_model_artifact") <= 1


def test_a_model_that_cannot_be_completed_is_taken_back(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    fail(twin, "create_model_artifact", times=None)

    with pytest.raises(UnavailableError) as caught:
        service.catalog.register(registration(), ARTIFACT, step)

    assert models_in(twin) == []
    assert caught.value.leftovers == ()


def test_a_model_that_cannot_be_taken_back_is_listed(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    fail(twin, "create_model_artifact", status=403, code="NotAuthorized", times=None)
    fail(twin, "delete_model", status=403, code="NotAuthorized", times=None)

    with pytest.raises(NotAuthorizedError) as caught:
        service.catalog.register(registration(), ARTIFACT, step)

    (left,) = models_in(twin)
    (line,) = caught.value.leftovers
    assert line.startswith(f"model {left.id}: could not remove the model {left.id}: OCI answered 403 NotAuthorized")


def test_a_model_that_was_left_without_its_artifact_is_completed(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    left = incomplete_model(twin)

    model = service.catalog.register(registration(provenance=Provenance(git_commit="abc")), ARTIFACT, step)

    assert [each.id for each in models_in(twin)] == [model.id] == [left]
    assert models_in(twin)[0].freeform_tags[RUN_TAG] == "run-1"
    assert content(twin, left) == ARTIFACT.data
    assert step.said[0] == f"completing the model {left}, which an interrupted command left"


def test_a_model_of_other_bytes_is_not_taken_for_one_that_was_left(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    left = incomplete_model(twin)

    model = service.catalog.register(
        ModelRegistration(display_name="other", freeform_tags={ARTIFACT_TAG: "0" * 64}), ARTIFACT, step
    )

    assert {each.id for each in models_in(twin)} == {left, model.id}


def test_a_model_that_was_completed_by_another_command_meanwhile_is_taken_as_it_is(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    left = incomplete_model(twin)

    class Overtaken(BytesArtifact):
        def open(self) -> BinaryIO:
            if not calls_of(twin, "create_model_artifact"):
                client_of(twin).create_model_artifact(left, self.data)
            return io.BytesIO(self.data)

    model = service.catalog.register(registration(), Overtaken(ARTIFACT.data), step)

    assert model.id == left


def test_a_model_that_another_command_took_over_is_not_taken_back(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    class TakenOver(BytesArtifact):
        def open(self) -> BinaryIO:
            (model,) = models_in(twin)
            client_of(twin).update_model(model.id, {"freeformTags": {**TAGS, RUN_TAG: "run-2"}})
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        service.catalog.register(registration(), TakenOver(ARTIFACT.data), step)

    assert [each.freeform_tags[RUN_TAG] for each in models_in(twin)] == ["run-2"]


def test_ctrl_c_takes_the_model_back(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    class Interrupted(BytesArtifact):
        def open(self) -> BinaryIO:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.catalog.register(registration(), Interrupted(ARTIFACT.data), step)

    assert models_in(twin) == []


def test_models_that_cannot_be_deployed_are_found_as_incomplete(twin: Twin, service: OciDeployService) -> None:
    without = incomplete_model(twin)
    switched_off = incomplete_model(twin)
    client_of(twin).create_model_artifact(switched_off, ARTIFACT.data)
    client_of(twin).deactivate_model(switched_off)

    found = service.catalog.find({ARTIFACT_TAG: ARTIFACT.sha256})

    assert {each.id: each.complete for each in found} == {without: False, switched_off: False}


def test_all_pages_are_looked_through(twin: Twin, service: OciDeployService) -> None:
    made = {incomplete_model(twin) for _ in range(101)}

    found = service.catalog.find({ARTIFACT_TAG: ARTIFACT.sha256})

    assert {each.id for each in found} == made


def test_models_of_other_projects_are_not_found(twin: Twin, service: OciDeployService) -> None:
    client = client_of(twin)
    other = client.create_project({"compartmentId": twin.compartment_id, "displayName": "other"}).data.id
    client.create_model({"compartmentId": twin.compartment_id, "projectId": other, "freeformTags": TAGS})

    assert service.catalog.find(TAGS) == ()


def test_a_deletion_whose_answer_was_lost_is_no_error(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    model = service.catalog.register(registration(), ARTIFACT, step)
    fail(twin, "delete_model", "reset_after")

    service.catalog.delete(model.id)

    assert models_in(twin) == []


def test_a_conflict_about_what_is_deleted_is_no_error(
    twin: Twin, service: OciDeployService, step: RecordingStep
) -> None:
    model = service.catalog.register(registration(), ARTIFACT, step)
    service.catalog.delete(model.id)
    fail(twin, "delete_model", status=409, code="IncorrectState")

    service.catalog.delete(model.id)

    assert models_in(twin) == []


def test_a_conflict_about_what_is_there_is_told(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    model = service.catalog.register(registration(), ARTIFACT, step)
    fail(twin, "delete_model", status=409, code="Conflict")

    with pytest.raises(ConflictError):
        service.catalog.delete(model.id)


def test_memory_does_not_grow_with_the_artifact(twin: Twin, service: OciDeployService, step: RecordingStep) -> None:
    size, block = 128 << 20, bytes(1 << 16)

    class Zeros(io.RawIOBase):
        left = size

        def read(self, count: int = -1) -> bytes:
            piece = block[: min(count, self.left)]
            self.left -= len(piece)
            return piece

    class Large(Written):
        def open(self) -> BinaryIO:
            return Zeros()  # type: ignore[return-value] # as much of one as is used

    digest = hashlib.sha256(block * (size // len(block))).hexdigest()
    large = Large(b"", size, digest)
    tracemalloc.start()

    try:
        service.catalog.register(ModelRegistration(display_name="large"), large, step)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert step.moves[-1] == (size, size)
    # the twin, in this process, keeps the beginning of a body in memory too
    assert peak < size // 3
