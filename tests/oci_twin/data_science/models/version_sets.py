"""Sets of versions of one model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import rfc3339
from oci_twin.data_science.bodies.groups import CREATE_VERSION_SET, UPDATE_VERSION_SET
from oci_twin.data_science.listing import Listing, require_compartment, without
from oci_twin.data_science.records import Record, Records
from oci_twin.data_science.refusals import conflict
from oci_twin.data_science.requests import body_of, principal_of, require_etag, shown
from oci_twin.data_science.surroundings import Surroundings
from oci_twin.http.call import Call, Refusal, Reply

_LISTING = Listing(
    filters=("id", "projectId", "name", "lifecycleState", "createdBy", "category"),
    sorts=("timeCreated", "name", "lifecycleState"),
    choices={"lifecycleState": ("ACTIVE", "DELETING", "DELETED", "FAILED"), "category": ("USER", "SERVICE")},
)


@attrs.frozen
class VersionSets:
    """The operations on version sets, and how models join them."""

    around: Surroundings
    records: Records
    projects: Records
    models: Records

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
        if self._members(record.id):
            raise conflict(f"{record.id} has models and cannot be deleted.")
        self.records.delete(record)
        return Reply(204)

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
            for model in self.models.all()
            if model.deleted is None and model.seen.get("modelVersionSetId") == set_id
        ]
