"""Projects, which models and deployments belong to."""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import rfc3339
from oci_twin.data_science.bodies.groups import CREATE_PROJECT, UPDATE_PROJECT
from oci_twin.data_science.bodies.models import CHANGE_COMPARTMENT
from oci_twin.data_science.listing import Listing, require_compartment
from oci_twin.data_science.records import Record, Records, described, made_up_name
from oci_twin.data_science.refusals import conflict
from oci_twin.data_science.requests import body_of, principal_of, require_etag, shown
from oci_twin.data_science.surroundings import Surroundings
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.data_science.work_requests.tasks import Job, Task
from oci_twin.http.call import Call, Reply
from oci_twin.runtime.port import Progress, Ready

DELETE = "PROJECT_DELETE"
_LISTING = Listing(
    filters=("id", "displayName", "lifecycleState", "createdBy"),
    sorts=("timeCreated", "displayName"),
    choices={"lifecycleState": ("ACTIVE", "DELETING", "DELETED")},
)


@attrs.frozen
class Projects(Job):
    """The operations on projects, and the job of their deletion."""

    around: Surroundings
    records: Records
    work: WorkRequests
    #: Models, deployments and the like, by the collections that may hold them.
    dependents: list[Records]

    def add(self, project_id: str, compartment_id: str, created_by: str) -> None:
        """Makes a project without a call."""
        self._new(project_id, {"compartmentId": compartment_id, "displayName": "twin"}, created_by)

    def create(self, call: Call) -> Reply:
        body = body_of(call, CREATE_PROJECT, self.around.behaviour)
        require_compartment(body["compartmentId"], self.around.compartment_exists)
        return shown(self._new(ids.ocid("datascienceproject"), body, principal_of(call)))

    def _new(self, project_id: str, body: dict[str, Any], created_by: str) -> Record:
        now = self.around.clock.now()
        seen = {
            "id": project_id,
            "compartmentId": body["compartmentId"],
            "timeCreated": rfc3339(now),
            "createdBy": created_by,
            "lifecycleState": "ACTIVE",
            **described(body, made_up_name("project", now)),
        }
        return self.records.put(Record(seen))

    def get(self, call: Call) -> Reply:
        return shown(self.records.get(call.params["projectId"]))

    def listed(self, call: Call) -> Reply:
        return _LISTING.reply(call, (record.seen for record in self.records.all()), self.around.behaviour.page)

    def update(self, call: Call) -> Reply:
        record = self.records.live(call.params["projectId"])
        require_etag(call, record)
        body = body_of(call, UPDATE_PROJECT, self.around.behaviour)
        return shown(self.records.put(record.with_seen(**body)))

    def move(self, call: Call) -> Reply:
        record = self.records.live(call.params["projectId"])
        require_etag(call, record)
        body = body_of(call, CHANGE_COMPARTMENT, self.around.behaviour)
        require_compartment(body["compartmentId"], self.around.compartment_exists)
        return Reply(204, headers={"etag": self.records.put(record.with_seen(**body)).etag})

    def delete(self, call: Call) -> Reply:
        record = self.records.live(call.params["projectId"])
        require_etag(call, record)
        if any(self._belongs(other, record.id) for records in self.dependents for other in records.all()):
            raise conflict(f"{record.id} has resources and cannot be deleted.")
        task = self.work.begin(
            DELETE, record.seen["compartmentId"], record.id, {"actionType": "DELETED", "entityType": "project"}
        )
        self.records.put(record.with_seen(lifecycleState="DELETING"))
        return Reply(202, headers={"opc-work-request-id": task.id})

    def _belongs(self, other: Record, project_id: str) -> bool:
        return other.deleted is None and other.seen.get("projectId") == project_id

    def progress(self, task: Task) -> Progress:
        return Ready(None)

    def succeed(self, task: Task) -> None:
        self.records.delete(self.records.get(task.subject))

    def fail(self, task: Task, message: str) -> None:
        self.records.put(self.records.get(task.subject).with_seen(lifecycleState="ACTIVE"))

    def cancel(self, task: Task) -> None:
        self.fail(task, "")
