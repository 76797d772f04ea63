"""The catalog model that an update puts out of service."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.model.deployment import CatalogModel
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.leftovers import Leftover, settle
from oci_mlflow_core.usecases.ports import Ports


@attrs.define
class ReplacedModel:
    """In the journal from before another one is ordered until it is gone, so that a killed command leaves it known."""

    ports: Ports
    entry: JournalEntry
    run_id: str
    #: OCID; empty where the model stays in any case.
    model_id: str
    _record: JournalRecord | None = attrs.field(default=None, init=False)

    def before(self, ordered_model_id: str) -> None:
        """A deployment of that model is about to be ordered."""
        if self.model_id and ordered_model_id != self.model_id and self._record is None:
            self._record = JournalRecord(kind="model", run_id=self.run_id, id=self.model_id)
            self.entry.made(self._record)

    def delete(self, step: Step) -> None:
        """Deletes it, unless it is served still.

        Raises:
            DeploymentError: The service refused; the next run deletes it.
        """
        if self._record is None:
            step.done("stays: it is still served")
            return
        settle(self.ports, self.entry, Leftover(record=self._record, model=CatalogModel(id=self.model_id)), step)
        self._record = None

    def after_failure(self, deployment_id: str, *, goes_on: bool) -> tuple[str, ...]:
        """What is left of it, for the message; where it is served as before, its record is closed."""
        if self._record is None:
            return ()
        try:
            served = self.ports.service.lifecycle.get(deployment_id).model_id
        except DeploymentError as refusal:
            return (f"model {self.model_id} may no longer be served: {refusal}; if so, the next run removes it",)
        if served != self.model_id:
            return (f"model {self.model_id}: no longer served; the next run removes it",)
        if not goes_on:
            self.entry.settled(self._record)
            self._record = None
        return ()
