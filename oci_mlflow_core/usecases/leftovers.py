"""What interrupted commands left, and what to do about it."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.model.deployment import RUN_TAG, CatalogModel, Deployment
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.deactivation import KIND
from oci_mlflow_core.usecases.ports import Ports


@attrs.frozen(kw_only=True)
class Leftover:
    """One record of the journal, and the resource that it turned out to mean."""

    record: JournalRecord
    #: None where the resource was never made, is gone, or is a model.
    deployment: Deployment | None = None
    #: None where the resource was never made or is a deployment; deleting one that is gone is no error.
    model: CatalogModel | None = None

    @property
    def resource_id(self) -> str:
        """OCID of what is there, or of what it is about where nothing was made; else empty."""
        found = self.deployment or self.model
        if found is None:
            return self.record.id if self.record.kind == KIND else ""
        return found.id


def identified(ports: Ports, records: tuple[JournalRecord, ...]) -> tuple[Leftover, ...]:
    """What the records mean, by id and, where the id was never learnt, by the run's tag on the resources themselves."""
    if not records:
        return ()
    deployments = tuple(ports.service.lifecycle.list())
    return tuple(_identified(ports, record, deployments) for record in records)


def _identified(ports: Ports, record: JournalRecord, deployments: tuple[Deployment, ...]) -> Leftover:
    if record.kind == "deployment":
        return Leftover(record=record, deployment=next((item for item in deployments if _is(record, item)), None))
    if record.kind == KIND:
        return Leftover(record=record)
    if record.id:
        return Leftover(record=record, model=CatalogModel(id=record.id))
    return Leftover(record=record, model=next(iter(ports.service.catalog.find({RUN_TAG: record.run_id})), None))


def _is(record: JournalRecord, deployment: Deployment) -> bool:
    if record.id:
        return deployment.id == record.id
    return deployment.freeform_tags.get(RUN_TAG) == record.run_id


def settle(ports: Ports, entry: JournalEntry, leftover: Leftover, step: Step) -> None:
    """Removes what is there of a leftover, and closes its record; a model that something serves stays.

    Where no deployment here serves it, the record stays too, as whatever uses the model may come to an end.
    """
    found = leftover.deployment or leftover.model
    outcome = found.id if found else "nothing was there"
    if leftover.deployment is not None:
        ports.service.lifecycle.delete(leftover.deployment.id, step)
    if leftover.model is not None:
        try:
            ports.service.catalog.delete(leftover.model.id)
        except ConflictError as refusal:
            if not _is_served(ports, leftover.model.id):
                ports.progress.note(
                    f"model {leftover.model.id} stays: {refusal}; the next run tries to remove it again"
                )
                step.done(f"{leftover.model.id} stays")
                return
            outcome = f"{leftover.model.id} stays: a deployment serves it"
    entry.settled(leftover.record)
    step.done(outcome)


def _is_served(ports: Ports, model_id: str) -> bool:
    return any(deployment.model_id == model_id for deployment in ports.service.lifecycle.list())


def take_back_model(ports: Ports, model_id: str, run_id: str) -> None:
    """Removes a model that this run made; one that another run's deployment serves meanwhile is wanted, and stays.

    Raises:
        DeploymentError: The service refused.
    """
    try:
        ports.service.catalog.delete(model_id)
    except ConflictError:
        everyone = ports.service.lifecycle.list()
        if not any(each.model_id == model_id and each.freeform_tags.get(RUN_TAG) != run_id for each in everyone):
            raise


def settle_intent(ports: Ports, entry: JournalEntry, record: JournalRecord) -> None:
    """Removes what an intent of this run led to, which a lost answer leaves open, and closes it.

    Raises:
        DeploymentError: The service cannot be asked.
    """
    (leftover,) = identified(ports, (record,))
    if not leftover.resource_id:
        entry.settled(record)
        return
    with ports.progress.step(f"remove the {record.kind} whose making was not confirmed") as step:
        settle(ports, entry, leftover, step)
