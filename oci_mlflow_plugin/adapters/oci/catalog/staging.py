"""Artifacts that are too large for one call: by way of a bucket, out of which the service takes them itself.

Imports ``oci``; the catalog imports it when it is made.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator

import attrs

from oci_mlflow_core.errors import DeploymentError, InvalidRequestError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import PACK_TAG
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.deploy_service import ModelRegistration
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.catalog.arrival import arrived, other_artifact
from oci_mlflow_plugin.adapters.oci.catalog.body import changed
from oci_mlflow_plugin.adapters.oci.deployments.work_requests import WorkRequests
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket, bucket_of
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import Uploads
from oci_mlflow_plugin.adapters.oci.object_storage.parts import BytesPart
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: An ``oci://`` URI below which artifacts stand for as long as the service needs to take them.
SETTING = "OCI_MLFLOW_ARTIFACT_DESTINATION"
_FOLDER = "oci-mlflow-artifacts"
#: Bytes of a part; so many parts at once are held in memory.
PART = 32 * 1024**2
_WORKERS = 4
#: Source: Object Storage documentation, "Using Multipart Uploads".
_MOST_PARTS = 10_000
#: Seconds.
_EXPORT_TIMEOUT = 2 * 3600.0


@attrs.frozen(kw_only=True)
class StagedUpload:
    """One artifact on its way to one model, through one object."""

    connection: Connection
    model_id: str
    artifact: RuntimeArtifact
    location: ObjectLocation
    step: Step
    part: int = PART

    def send(self) -> None:
        """Returns when the service has the artifact, and the object is gone again.

        Raises:
            InvalidRequestError: The artifact changed while it was read.
            DeploymentError: It failed; an object that could not be removed is listed.
        """
        bucket = bucket_of(self.connection, self.location)
        try:
            self._store(bucket)
            self._export(bucket)
            self._check()
        except DeploymentError as failure:
            failure.leftovers = (*failure.leftovers, *self._left(bucket))
            raise
        except BaseException:
            self._left(bucket)
            raise
        bucket.delete(self.location.path)

    def _store(self, bucket: Bucket) -> None:
        self.step.says(f"uploading to {self.location}, as the artifact is too large for one call")
        uploads = Uploads(bucket, self.location.path)
        upload = uploads.create({}, uploads.open)
        try:
            shared = SharedStep(self.step, self.artifact.size)
            sent = uploads.send(upload, self._parts(), {}, _WORKERS, shared)
            uploads.commit(upload, sent, ())
        except BaseException:
            uploads.abort(upload)
            raise

    def _parts(self) -> Iterator[BytesPart]:
        """The artifact in pieces, read as they are needed."""
        size = max(self.part, -(-self.artifact.size // _MOST_PARTS))
        digest, number = hashlib.sha256(), 0
        with self.artifact.open() as stream:
            while content := stream.read(size):
                number += 1
                digest.update(content)
                yield BytesPart(number, content)
        if digest.hexdigest() != self.artifact.sha256:
            raise changed(self.artifact, f"its SHA-256 is {digest.hexdigest()}")

    def _export(self, bucket: Bucket) -> None:
        """The service speaks of the bucket's view: an export goes from there into the catalog.

        Source: oci.data_science.models.ArtifactExportDetailsObjectStorage.
        """
        details = {
            "artifactExportDetails": {
                "artifactSourceType": "ORACLE_OBJECT_STORAGE",
                "namespace": bucket.namespace,
                "sourceBucket": self.location.bucket,
                "sourceObjectName": self.location.path,
                "sourceRegion": self.connection.region,
            }
        }
        response = call(
            self.connection.clock,
            f"hand {self.location} over to the model {self.model_id}",
            self.connection.data_science.export_model_artifact,
            self.model_id,
            details,
            step=self.step,
            opc_retry_token=uuid.uuid4().hex,
        )
        doing = f"taking {self.location} into the catalog"
        work_request = str(response.headers["opc-work-request-id"])
        WorkRequests(self.connection).awaited(work_request, doing, self.step, _EXPORT_TIMEOUT)

    def _check(self) -> None:
        there = arrived(self.connection, self.model_id)
        # the MD5 of the parts was compared; that of the whole the service may reckon otherwise
        if there is None or there.is_other_than(self.artifact.size, None):
            raise other_artifact(self.model_id)

    def _left(self, bucket: Bucket) -> tuple[str, ...]:
        try:
            bucket.delete(self.location.path)
        except DeploymentError as refusal:
            return (f"object {self.location}: {refusal}",)
        return ()


def upload_by_bucket(
    connection: Connection, model_id: str, registration: ModelRegistration, artifact: RuntimeArtifact, step: Step
) -> None:
    """Sends the artifact through the bucket that the setting names, or else that of the model's pack.

    Raises:
        InvalidRequestError: Neither says which bucket.
        DeploymentError: It failed.
    """
    location = _destination(connection, registration).child(_FOLDER, f"{model_id}.zip")
    StagedUpload(connection=connection, model_id=model_id, artifact=artifact, location=location, step=step).send()


def _destination(connection: Connection, registration: ModelRegistration) -> ObjectLocation:
    given = connection.settings.get(SETTING)
    if given is not None:
        return _parsed(given)
    pack = registration.freeform_tags.get(PACK_TAG)
    if pack is None:
        raise InvalidRequestError(
            "an artifact of this size goes by way of a bucket, and none is known",
            f"Let {SETTING} name one that you may write to: oci://<bucket>@<namespace>/<prefix>.",
        )
    return attrs.evolve(_parsed(pack), path="")


def _parsed(uri: str) -> ObjectLocation:
    try:
        return ObjectLocation.parse(uri)
    except ValueError as fault:
        raise InvalidRequestError(f"{SETTING}: {fault}") from fault
