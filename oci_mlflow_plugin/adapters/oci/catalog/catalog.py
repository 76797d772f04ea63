"""The catalog's part of the deploy service."""

from __future__ import annotations

from functools import partial

import attrs

from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import CatalogModel
from oci_mlflow_core.ports.deploy_service import ModelCatalog, ModelRegistration
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.catalog.listing import Place, tagged_models
from oci_mlflow_plugin.adapters.oci.catalog.registering import Registering
from oci_mlflow_plugin.adapters.oci.catalog.removing import remove_model
from oci_mlflow_plugin.adapters.oci.catalog.staging import upload_by_bucket
from oci_mlflow_plugin.adapters.oci.catalog.uploading import DIRECT_LIMIT, DirectUpload
from oci_mlflow_plugin.adapters.oci.session.connection import Connection


@attrs.frozen
class OciCatalog(ModelCatalog):
    """Models of one project."""

    connection: Connection
    #: Bytes of an artifact above which it goes by way of a bucket.
    direct_limit: int = DIRECT_LIMIT

    def register(self, registration: ModelRegistration, artifact: RuntimeArtifact, step: Step) -> CatalogModel:
        """Registers the model and streams its artifact to it; nothing is copied to a disk or held in memory.

        A model of the same artifact that was left without it is completed instead of making another.

        Raises:
            InvalidRequestError: The compartment or project is not known, or the artifact changed while it was read.
            NotAuthorizedError: The caller may not.
            DeploymentError: It failed; the model is gone again, or listed.
        """
        send = partial(self._send, registration=registration, artifact=artifact, step=step)
        place = self._place(registration.compartment_id, registration.project_id)
        return Registering(
            connection=self.connection, place=place, registration=registration, send=send, step=step
        ).run()

    def find(self, freeform_tags: dict[str, str]) -> tuple[CatalogModel, ...]:
        """The models of the session's project that carry these tags, in no order."""
        return tuple(tagged_models(self.connection, self._place(), freeform_tags))

    def delete(self, model_id: str) -> None:
        """Removes the model and its artifact.

        Raises:
            ConflictError: A deployment serves it.
            DeploymentError: The service refused.
        """
        remove_model(self.connection, model_id)

    def _place(self, compartment_id: str = "", project_id: str = "") -> Place:
        return Place(
            compartment_id=self.connection.compartment_id(compartment_id or None),
            project_id=self.connection.project_id(project_id or None),
        )

    def _send(self, model_id: str, *, registration: ModelRegistration, artifact: RuntimeArtifact, step: Step) -> None:
        if artifact.size > self.direct_limit:
            upload_by_bucket(self.connection, model_id, registration, artifact, step)
        else:
            DirectUpload(self.connection, model_id, artifact, step).send()
