"""Sending an artifact to a model in one call."""

from __future__ import annotations

from typing import Any

import attrs

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.catalog.arrival import arrived, has_arrived, other_artifact
from oci_mlflow_plugin.adapters.oci.catalog.body import ArtifactBody
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: Bytes that one call takes. Source: ADS, ``MODEL_BY_REFERENCE_VERSION`` and its limit of 2 GB for direct uploads.
DIRECT_LIMIT = 2 * 1024**3
_DISPOSITION = 'attachment; filename="artifact.zip"'


@attrs.define
class DirectUpload:
    """One artifact on its way to one model; an artifact is immutable, so that sending it twice does no harm."""

    connection: Connection
    model_id: str
    artifact: RuntimeArtifact
    step: Step
    _attempts: int = attrs.field(default=0, init=False)

    def send(self) -> None:
        """Returns when the service has the artifact, and it is the one that was sent.

        Raises:
            InvalidRequestError: The artifact changed while it was read.
            ServiceError: Other bytes arrived.
            DeploymentError: It could not be sent.
        """
        what = f"upload the artifact of the model {self.model_id}"
        try:
            call(self.connection.clock, what, self._once, step=self.step)
        except ConflictError:
            # an attempt whose answer was lost, or another command, was first
            if not has_arrived(self.connection, self.model_id, self.artifact):
                raise

    def _once(self) -> None:
        self._attempts += 1
        if self._attempts > 1 and has_arrived(self.connection, self.model_id, self.artifact):
            return
        with self.artifact.open() as stream:
            body = ArtifactBody(self.artifact, stream, self.step)
            self._post(body)
            body.check()
            self._compare(body.md5)

    def _post(self, body: ArtifactBody) -> Any:  # noqa: ANN401 - the SDK has no types
        try:
            return self.connection.data_science.create_model_artifact(
                self.model_id, body, content_disposition=_DISPOSITION
            )
        except Exception:
            if body.fault is not None:
                raise body.fault from None
            raise

    def _compare(self, md5: str) -> None:
        there = arrived(self.connection, self.model_id)
        if there is None or there.is_other_than(self.artifact.size, md5):
            raise other_artifact(self.model_id)
