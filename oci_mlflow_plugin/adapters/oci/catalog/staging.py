"""Artifacts that are too large for one call: by way of a bucket, out of which the service takes them itself.

Imports ``oci``; the catalog imports it when it is made.
"""

from __future__ import annotations

import uuid

import attrs

from oci_mlflow_core.errors import DeploymentError, InvalidRequestError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import PACK_TAG
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.deploy_service import ModelRegistration
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.catalog.arrival import arrived, other_artifact
from oci_mlflow_plugin.adapters.oci.deployments.work_requests import WorkRequests
from oci_mlflow_plugin.adapters.oci.object_storage.artifacts import artifact_location, delete_object, upload_artifact
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: An ``oci://`` URI below which artifacts stand for as long as the service needs to take them.
SETTING = "OCI_MLFLOW_ARTIFACT_DESTINATION"
#: Seconds.
_EXPORT_TIMEOUT = 2 * 3600.0


@attrs.frozen(kw_only=True)
class StagedUpload:
    """One artifact on its way to one model, through one object below a prefix."""

    connection: Connection
    model_id: str
    artifact: RuntimeArtifact
    prefix: ObjectLocation
    step: Step

    def send(self) -> None:
        """Returns when the service has the artifact, and the object is gone again.

        Raises:
            DeploymentError: It failed; an object that could not be removed is listed.
        """
        location = artifact_location(self.prefix, self.artifact)
        try:
            self.step.says(f"uploading to {self.prefix}, as the artifact is too large for one call")
            upload_artifact(self.connection, self.prefix, self.artifact, self.step)
            self._export(location)
            self._check()
        except DeploymentError as failure:
            failure.leftovers = (*failure.leftovers, *self._left(location))
            raise
        except BaseException:
            self._left(location)
            raise
        self._remove(location)

    def _export(self, location: ObjectLocation) -> None:
        """The service speaks of the bucket's view: an export goes from there into the catalog.

        Source: oci.data_science.models.ArtifactExportDetailsObjectStorage.
        """
        details = {
            "artifactExportDetails": {
                "artifactSourceType": "ORACLE_OBJECT_STORAGE",
                "namespace": location.namespace or self.connection.namespace,
                "sourceBucket": location.bucket,
                "sourceObjectName": location.path,
                "sourceRegion": self.connection.region,
            }
        }
        response = call(
            self.connection.clock,
            f"hand {location} over to the model {self.model_id}",
            self.connection.data_science.export_model_artifact,
            self.model_id,
            details,
            step=self.step,
            opc_retry_token=uuid.uuid4().hex,
        )
        doing = f"taking {location} into the catalog"
        work_request = str(response.headers["opc-work-request-id"])
        WorkRequests(self.connection).awaited(work_request, doing, self.step, _EXPORT_TIMEOUT)

    def _check(self) -> None:
        there = arrived(self.connection, self.model_id)
        # what arrived in the bucket was compared; how the catalog reckons an MD5 of it is not documented
        if there is None or there.is_other_than(self.artifact.size, None):
            raise other_artifact(self.model_id)

    def _remove(self, location: ObjectLocation) -> None:
        try:
            delete_object(self.connection, location)
        except DeploymentError as refusal:
            refusal.leftovers = (*refusal.leftovers, f"object {location}")
            raise

    def _left(self, location: ObjectLocation) -> tuple[str, ...]:
        try:
            delete_object(self.connection, location)
        except DeploymentError as refusal:
            return (f"object {location}: {refusal}",)
        return ()


def upload_by_bucket(
    connection: Connection, model_id: str, registration: ModelRegistration, artifact: RuntimeArtifact, step: Step
) -> None:
    """Sends the artifact through the bucket that the setting names, or else that of the model's pack.

    Raises:
        InvalidRequestError: Neither says which bucket.
        DeploymentError: It failed.
    """
    prefix = _destination(connection, registration)
    StagedUpload(connection=connection, model_id=model_id, artifact=artifact, prefix=prefix, step=step).send()


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
