"""Model groups, which a deployment can serve instead of one model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import rfc3339
from oci_twin.data_science.bodies.groups import CREATE_MODEL_GROUP, UPDATE_MODEL_GROUP
from oci_twin.data_science.listing import Listing, require_compartment, without
from oci_twin.data_science.models.catalog import Catalog, member_models
from oci_twin.data_science.records import Record, Records, described, made_up_name
from oci_twin.data_science.refusals import conflict, incorrect_state, invalid
from oci_twin.data_science.requests import body_of, principal_of, require_etag, shown
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.data_science.work_requests.tasks import Job, Task
from oci_twin.http.call import Call, Reply
from oci_twin.runtime.port import Progress, Ready

CREATE = "MODEL_GROUP_CREATE"
DELETE = "MODEL_GROUP_DELETE"
_STATES = ("CREATING", "ACTIVE", "FAILED", "INACTIVE", "DELETING", "DELETED")
_LISTING = Listing(
    filters=("id", "projectId", "displayName", "lifecycleState", "createdBy"),
    sorts=("timeCreated", "displayName", "lifecycleState"),
    choices={"lifecycleState": _STATES},
)


@attrs.frozen
class ModelGroups(Job):
    """The operations on groups, and the job of making and deleting one."""

    catalog: Catalog
    projects: Records
    work: WorkRequests

    @property
    def records(self) -> Records:
        return self.catalog.groups

    def create(self, call: Call) -> Reply:
        around = self.catalog.around
        body = body_of(call, CREATE_MODEL_GROUP, around.behaviour)
        require_compartment(body["compartmentId"], around.compartment_exists)
        self.projects.live(body["projectId"])
        self._require_members(body)
        now = around.clock.now()
        seen = {
            **body,
            **described(body, made_up_name("modelgroup", now)),
            "id": ids.ocid("datasciencemodelgroup"),
            "lifecycleState": "CREATING",
            "timeCreated": rfc3339(now),
            "timeUpdated": rfc3339(now),
            "createdBy": principal_of(call),
        }
        record = self.records.put(Record(seen))
        return shown(record, status=202, opc_work_request_id=self._begin(CREATE, "CREATED", record).id)

    def _require_members(self, body: Mapping[str, Any]) -> None:
        entries = body["memberModelEntries"].get("memberModelDetails") or []
        if not entries:
            raise invalid("memberModelEntries.memberModelDetails has no model.")
        keys = [entry["inferenceKey"] for entry in entries if "inferenceKey" in entry]
        if len(set(keys)) != len(keys):
            raise invalid("Two models of the group have the same inferenceKey.")
        for entry in entries:
            model = self.catalog.live(entry["modelId"])
            if model.state != "ACTIVE":
                raise incorrect_state(f"{model.id} is {model.state}, not ACTIVE.")

    def get(self, call: Call) -> Reply:
        return shown(self.records.get(call.params["modelGroupId"]))

    def listed(self, call: Call) -> Reply:
        summaries = (without(record.seen, "description", "memberModelEntries") for record in self.records.all())
        return _LISTING.reply(call, summaries, self.catalog.around.behaviour.page)

    def update(self, call: Call) -> Reply:
        record = self._settled(call)
        body = body_of(call, UPDATE_MODEL_GROUP, self.catalog.around.behaviour)
        changed = record.with_seen(**body, timeUpdated=rfc3339(self.catalog.around.clock.now()))
        return shown(self.records.put(changed))

    def delete(self, call: Call) -> Reply:
        record = self._settled(call)
        users = [other.id for other in self.catalog.deployments.all() if self._serves(other, record.id)]
        if users:
            raise conflict(f"{record.id} is used by {', '.join(users)} and cannot be deleted.")
        self.records.put(record.with_seen(lifecycleState="DELETING"))
        return Reply(202, headers={"opc-work-request-id": self._begin(DELETE, "DELETED", record).id})

    def _settled(self, call: Call) -> Record:
        record = self.records.live(call.params["modelGroupId"])
        require_etag(call, record)
        if record.state in ("CREATING", "DELETING"):
            raise incorrect_state(f"{record.id} is {record.state}.")
        return record

    def _serves(self, deployment: Record, group_id: str) -> bool:
        configuration = deployment.seen["modelDeploymentConfigurationDetails"]
        group = configuration.get("modelGroupConfigurationDetails") or {}
        return deployment.deleted is None and group.get("modelGroupId") == group_id

    def _begin(self, operation: str, action: str, record: Record) -> Task:
        uri = f"/20190101/modelGroups/{record.id}"
        resource = {"actionType": action, "entityType": "model-group", "entityUri": uri}
        return self.work.begin(operation, record.seen["compartmentId"], record.id, resource)

    def progress(self, task: Task) -> Progress:
        return Ready(None)

    def succeed(self, task: Task) -> None:
        record = self.records.get(task.subject)
        if task.operation == DELETE:
            self.records.delete(record)
        else:
            self.records.put(record.with_seen(lifecycleState="ACTIVE"))

    def fail(self, task: Task, message: str) -> None:
        record = self.records.get(task.subject)
        state = "ACTIVE" if task.operation == DELETE else "FAILED"
        self.records.put(record.with_seen(lifecycleState=state, lifecycleDetails=message or None))

    def cancel(self, task: Task) -> None:
        self.fail(task, "The work request was cancelled.")


def members(group: Record, catalog: Catalog) -> list[dict[str, Any]]:
    """The models of a group as ``ModelDeploymentModelStateSummary`` without their state."""
    entries = group.seen["memberModelEntries"].get("memberModelDetails") or []
    keys = {entry["modelId"]: entry.get("inferenceKey") or entry["modelId"] for entry in entries}
    models = [catalog.records.get(model_id) for model_id in member_models(group)]
    return [
        {
            "modelId": model.id,
            "projectId": model.seen["projectId"],
            "displayName": model.seen["displayName"],
            "inferenceKey": keys[model.id],
            "freeformTags": model.seen["freeformTags"],
            "definedTags": model.seen["definedTags"],
        }
        for model in models
    ]
