"""Sets of versions of one model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import rfc3339
from oci_twin.data_science.bodies.groups import CREATE_VERSION_SET, UPDATE_VERSION_SET
from oci_twin.data_science.listing import Listing, require_compartment, without
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.records import Record, Records
from oci_twin.data_science.refusals import conflict, incorrect_state, invalid
from oci_twin.data_science.requests import body_of, principal_of, require_etag, shown
from oci_twin.data_science.surroundings import Surroundings
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.data_science.work_requests.tasks import Job, Task
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.runtime.port import Progress, Ready

DELETE = "MODELVERSIONSET_DELETE"
_LISTING = Listing(
    filters=("id", "projectId", "name", "lifecycleState", "createdBy", "category"),
    sorts=("timeCreated", "name", "lifecycleState"),
    choices={"lifecycleState": ("ACTIVE", "DELETING", "DELETED", "FAILED"), "category": ("USER", "SERVICE")},
)


@attrs.frozen
class VersionSets(Job):
    """The operations on version sets, the job of their deletion, and how models join them."""

    catalog: Catalog
    records: Records
    projects: Records
    work: WorkRequests

    @property
    def around(self) -> Surroundings:
        return self.catalog.around

    def create(self, call: Call) -> Reply:
        body = body_of(call, CREATE_VERSION_SET, self.around.behaviour)
        require_compartment(body["compartmentId"], self.around.compartment_exists)
        self.projects.live(body["projectId"])
        names = {record.seen["name"] for record in self.records.all() if record.deleted is None}
        if body["name"] in names:
            raise Refusal(409, "NotAuthorizedOrResourceAlreadyExists", f"There is a version set {body['name']!r}.")
        now = rfc3339(self.around.clock.now())
        seen = {
            "freeformTags": {},
            "definedTags": {},
            **body,
            "id": ids.ocid("datasciencemodelversionset"),
            "lifecycleState": "ACTIVE",
            "timeCreated": now,
            "timeUpdated": now,
            "createdBy": principal_of(call),
            "category": "USER",
        }
        return shown(self.records.put(Record(seen)))

    def get(self, call: Call) -> Reply:
        return shown(self.records.get(call.params["modelVersionSetId"]))

    def listed(self, call: Call) -> Reply:
        summaries = (without(record.seen, "description") for record in self.records.all())
        return _LISTING.reply(call, summaries, self.around.behaviour.page)

    def update(self, call: Call) -> Reply:
        record = self.records.live(call.params["modelVersionSetId"])
        require_etag(call, record)
        body = body_of(call, UPDATE_VERSION_SET, self.around.behaviour)
        return shown(self.records.put(record.with_seen(**body, timeUpdated=rfc3339(self.around.clock.now()))))

    def delete(self, call: Call) -> Reply:
        record = self.records.live(call.params["modelVersionSetId"])
        require_etag(call, record)
        if record.state != "ACTIVE":
            raise incorrect_state(f"{record.id} is {record.state}.")
        if self._members(record.id) and not _with_models(call):
            raise conflict(f"{record.id} has models and cannot be deleted.")
        self._require_unused(record.id)
        uri = f"/20190101/modelVersionSets/{record.id}"
        resource = {"actionType": "DELETED", "entityType": "model-version-set", "entityUri": uri}
        task = self.work.begin(DELETE, record.seen["compartmentId"], record.id, resource)
        self.records.put(record.with_seen(lifecycleState="DELETING"))
        return Reply(202, headers={"opc-work-request-id": task.id})

    def _require_unused(self, set_id: str) -> None:
        for model in self._members(set_id):
            users = sorted(self.catalog.users(model.id))
            if users:
                raise conflict(f"{model.id} is used by {', '.join(users)} and cannot be deleted.")

    def join(self, body: Mapping[str, Any], model: Record | None) -> dict[str, Any]:
        """What a model shows of the set that a body puts it into; nothing where it stays where it is.

        Raises:
            Refusal: 404, there is no such set.
        """
        set_id = body.get("modelVersionSetId")
        if set_id is None or (model is not None and model.seen.get("modelVersionSetId") == set_id):
            return {}
        record = self.records.live(set_id)
        versions = [member.seen["versionId"] for member in self._members(set_id)]
        return {"modelVersionSetName": record.seen["name"], "versionId": max(versions, default=0) + 1}

    def _members(self, set_id: str) -> list[Record]:
        return [
            model
            for model in self.catalog.records.all()
            if model.deleted is None and model.seen.get("modelVersionSetId") == set_id
        ]

    def progress(self, task: Task) -> Progress:
        return Ready(None)

    def succeed(self, task: Task) -> None:
        for model in self._members(task.subject):
            self.catalog.records.delete(model)
        self.records.delete(self.records.get(task.subject))

    def fail(self, task: Task, message: str) -> None:
        self.records.put(self.records.get(task.subject).with_seen(lifecycleState="ACTIVE"))

    def cancel(self, task: Task) -> None:
        self.fail(task, "")


def _with_models(call: Call) -> bool:
    """Whether a set's models are to be deleted with it."""
    wanted = call.query.get("isDeleteRelatedModels", "false").lower()
    if wanted not in ("true", "false"):
        raise invalid(f"isDeleteRelatedModels must be true or false, not {wanted!r}.")
    return wanted == "true"
