"""Artifacts between a bucket and the catalog, as work requests.

The names are those of the bucket's side: an export takes an object into the catalog, an import puts the artifact into
a bucket.
"""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin.data_science.bodies.models import EXPORT_ARTIFACT, IMPORT_ARTIFACT
from oci_twin.data_science.content import stored
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.models.copying import Copying
from oci_twin.data_science.refusals import conflict
from oci_twin.data_science.requests import body_of, require_etag
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.data_science.work_requests.tasks import Job, JobFailure, Task
from oci_twin.http.call import Call, Reply
from oci_twin.runtime.port import Failed, Progress, Ready

EXPORT = "EXPORT_MODEL_ARTIFACT"
IMPORT = "IMPORT_MODEL_ARTIFACT"
_NO_POLICY = "The service datascience is not allowed to use the objects of the bucket {bucket!r} in {namespace!r}."
_NO_OBJECT = "There is no object {name!r} in the bucket {bucket!r} of {namespace!r}."


@attrs.frozen
class Exports(Job):
    """From a bucket into the catalog."""

    catalog: Catalog
    work: WorkRequests
    copies: dict[str, Copying] = attrs.field(factory=dict)

    def begin(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        if self.catalog.has_artifact(record):
            raise conflict(f"{record.id} has an artifact, which cannot be replaced.")
        if any(task.open and task.operation == EXPORT and task.subject == record.id for task in self.work.all()):
            raise conflict(f"An artifact is being exported to {record.id}.")
        body = body_of(call, EXPORT_ARTIFACT, self.catalog.around.behaviour)
        return _accepted(self.work, EXPORT, record.seen["compartmentId"], record.id, body["artifactExportDetails"])

    def progress(self, task: Task) -> Progress:
        if task.id not in self.copies:
            problem = self._problem(task)
            if problem is not None:
                return Failed(problem)
            source = self._source(task)
            assert source is not None
            self.copies[task.id] = Copying(source, self.catalog.around.state.new_blob())
        return self.copies[task.id].progress()

    def _source(self, task: Task) -> Any:
        details = task.job["details"]
        place = (details["namespace"], details["sourceBucket"], details["sourceObjectName"])
        return self.catalog.around.buckets.read(*place)

    def _problem(self, task: Task) -> str | None:
        details = task.job["details"]
        named = {"namespace": details["namespace"], "bucket": details["sourceBucket"]}
        if not self.catalog.around.behaviour.service_may_use_buckets:
            return _NO_POLICY.format(**named)
        source = self._source(task)
        if source is None:
            return _NO_OBJECT.format(name=details["sourceObjectName"], **named)
        most = self.catalog.around.behaviour.max_exported_bytes
        size = source.stat().st_size
        return f"The artifact has {size} bytes; at most {most} are possible." if size > most else None

    def succeed(self, task: Task) -> None:
        copy = self.copies.pop(task.id)
        record = self.catalog.records.find(task.subject)
        if record is None or record.deleted is not None or self.catalog.has_artifact(record):
            copy.target.unlink(missing_ok=True)
            raise JobFailure("IncorrectState", f"{task.subject} cannot take an artifact any more.")
        content = stored(copy.target, copy.md5, self.catalog.around.clock, f"{task.subject}.zip")
        self.catalog.records.put(record.with_own(artifact=attrs.asdict(content)))

    def fail(self, task: Task, message: str) -> None:
        copy = self.copies.pop(task.id, None)
        if copy is not None:
            copy.target.unlink(missing_ok=True)

    def cancel(self, task: Task) -> None:
        self.fail(task, "")


@attrs.frozen
class Imports(Job):
    """From the catalog into a bucket."""

    catalog: Catalog
    work: WorkRequests

    def begin(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        self.catalog.require_artifact(record)
        body = body_of(call, IMPORT_ARTIFACT, self.catalog.around.behaviour)
        return _accepted(self.work, IMPORT, record.seen["compartmentId"], record.id, body["artifactImportDetails"])

    def progress(self, task: Task) -> Progress:
        return Ready(None)

    def succeed(self, task: Task) -> None:
        details = task.job["details"]
        place = (details["namespace"], details["destinationBucket"], details["destinationObjectName"])
        if not self.catalog.around.behaviour.service_may_use_buckets:
            raise JobFailure("NotAuthorizedOrNotFound", _NO_POLICY.format(namespace=place[0], bucket=place[1]))
        file = self.catalog.artifact_file(task.subject)
        if file is None or not self.catalog.around.buckets.write(*place, file):
            raise JobFailure("NotAuthorizedOrNotFound", f"There is no bucket {place[1]!r} in {place[0]!r}.")

    def fail(self, task: Task, message: str) -> None:
        """Nothing was written."""

    def cancel(self, task: Task) -> None:
        """Nothing was written."""


def _accepted(work: WorkRequests, operation: str, compartment_id: str, model_id: str, details: dict[str, Any]) -> Reply:
    resource = {"actionType": "UPDATED", "entityType": "model", "entityUri": f"/20190101/models/{model_id}"}
    task = work.begin(operation, compartment_id, model_id, resource, details=details)
    return Reply(202, headers={"opc-work-request-id": task.id})
