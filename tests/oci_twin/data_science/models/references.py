"""Artifacts that stay in a bucket of the customer's, and those that were archived."""

from __future__ import annotations

import attrs

from oci_twin.data_science.bodies.models import REGISTER_REFERENCES
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.refusals import conflict, incorrect_state
from oci_twin.data_science.requests import body_of, require_etag
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.data_science.work_requests.tasks import Job, Task
from oci_twin.http.call import Call, Reply
from oci_twin.runtime.port import Progress, Ready

REGISTER = "REGISTER_MODEL_ARTIFACT"


@attrs.frozen
class References(Job):
    """A model by reference to objects; nothing of them is copied."""

    catalog: Catalog
    work: WorkRequests

    def begin(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        if self.catalog.has_artifact(record):
            raise conflict(f"{record.id} has an artifact, which cannot be replaced.")
        body = body_of(call, REGISTER_REFERENCES, self.catalog.around.behaviour)
        resource = {"actionType": "UPDATED", "entityType": "model", "entityUri": f"/20190101/models/{record.id}"}
        references = body["modelArtifactReferences"]
        task = self.work.begin(REGISTER, record.seen["compartmentId"], record.id, resource, references=references)
        return Reply(202, headers={"opc-work-request-id": task.id})

    def restore(self, call: Call) -> Reply:
        """Nothing is ever archived here, so nothing can be restored.

        Raises:
            Refusal: 409 IncorrectState.
        """
        record = self.catalog.live(call.params["modelId"])
        raise incorrect_state(f"The artifact of {record.id} is not archived.")

    def progress(self, task: Task) -> Progress:
        return Ready(None)

    def succeed(self, task: Task) -> None:
        record = self.catalog.records.get(task.subject)
        kept = record.with_own(references=task.job["references"]).with_seen(isModelByReference=True)
        self.catalog.records.put(kept)

    def fail(self, task: Task, message: str) -> None:
        """Nothing was changed."""

    def cancel(self, task: Task) -> None:
        """Nothing was changed."""
