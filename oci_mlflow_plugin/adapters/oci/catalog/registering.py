"""Bringing one model into the catalog, whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import attrs

from oci_mlflow_core.errors import CancelledError, ConflictError, DeploymentError
from oci_mlflow_core.model.deployment import ARTIFACT_TAG, RUN_TAG, CatalogModel
from oci_mlflow_core.ports.deploy_service import ModelRegistration
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.catalog.details import create_details, provenance_details, update_details
from oci_mlflow_plugin.adapters.oci.catalog.listing import ACTIVE, Place, tagged_models
from oci_mlflow_plugin.adapters.oci.catalog.removing import remove_model
from oci_mlflow_plugin.adapters.oci.session.calling import Patience, call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError

#: For taking back, after the service has failed often enough.
_HASTE = Patience(attempts=4, total=20.0)


@attrs.frozen(kw_only=True)
class Registering:
    """One registration."""

    connection: Connection
    place: Place
    registration: ModelRegistration
    #: Sends the artifact to the model of that OCID.
    send: Callable[[str], None]
    step: Step

    def run(self) -> CatalogModel:
        """The model, with its artifact.

        Raises:
            DeploymentError: It could not be made; what had been made is gone, or listed.
        """
        adopted = self._adopted()
        if adopted is not None:
            try:
                return self._completed(adopted)
            except AbsentOrForbiddenError:
                # whoever made it has taken it back meanwhile
                self.step.says(f"the model {adopted} is gone; registering another")
        return self._completed(self._created())

    def _adopted(self) -> str | None:
        """A model of the same artifact that a command which ended too early left without it; made this run's own."""
        digest = self.registration.freeform_tags.get(ARTIFACT_TAG)
        if not digest:
            return None
        tags = {ARTIFACT_TAG: digest}
        for model in tagged_models(self.connection, self.place, tags, lifecycle_state=ACTIVE):
            if not model.complete and self._took_over(model.id):
                return model.id
        return None

    def _took_over(self, model_id: str) -> bool:
        client, details = self.connection.data_science, update_details(self.registration)
        try:
            call(self.connection.clock, f"take over the model {model_id}", client.update_model, model_id, details)
        except (AbsentOrForbiddenError, ConflictError):
            return False
        self.step.says(f"completing the model {model_id}, which an interrupted command left")
        return True

    def _created(self) -> str:
        details = create_details(self.registration, self.place.compartment_id, self.place.project_id)
        response = call(
            self.connection.clock,
            f"register the model '{self.registration.display_name}'",
            self.connection.data_science.create_model,
            details,
            step=self.step,
            opc_retry_token=self.registration.retry_token or uuid.uuid4().hex,
        )
        return str(response.data.id)

    def _completed(self, model_id: str) -> CatalogModel:
        try:
            self._tell_provenance(model_id)
            self.send(model_id)
        except DeploymentError as failure:
            failure.leftovers = (*failure.leftovers, *self._taken_back(model_id))
            raise
        except KeyboardInterrupt:
            leftovers = self._taken_back(model_id)
            if not leftovers:
                raise
            cancelled = CancelledError(f"registering the model {model_id}")
            cancelled.leftovers = leftovers
            raise cancelled from None
        except BaseException:
            self._taken_back(model_id)
            raise
        return CatalogModel(
            id=model_id,
            display_name=self.registration.display_name,
            freeform_tags=dict(self.registration.freeform_tags),
        )

    def _tell_provenance(self, model_id: str) -> None:
        details = provenance_details(self.registration.provenance)
        if not details:
            return
        client, what = self.connection.data_science, f"tell where the model {model_id} comes from"
        try:
            call(self.connection.clock, what, client.create_model_provenance, model_id, details)
        except ConflictError:
            # it has one already: from the command that was interrupted, or from a call whose answer was lost
            call(self.connection.clock, what, client.update_model_provenance, model_id, details)

    def _taken_back(self, model_id: str) -> tuple[str, ...]:
        """What is left, one line each; nothing where the model is gone, or has become another command's."""
        client, clock = self.connection.data_science, self.connection.clock
        run = self.registration.freeform_tags.get(RUN_TAG)
        try:
            model = call(clock, f"read the model {model_id}", client.get_model, model_id, patience=_HASTE).data
            if run is None or (model.freeform_tags or {}).get(RUN_TAG) == run:
                remove_model(self.connection, model_id, _HASTE)
        except AbsentOrForbiddenError:
            return ()
        except DeploymentError as refusal:
            return (f"model {model_id}: {refusal}",)
        return ()
