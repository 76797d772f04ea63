"""Models come, are shown, change and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import rfc3339
from oci_twin.data_science.bodies.models import CHANGE_COMPARTMENT, CREATE_MODEL, UPDATE_MODEL
from oci_twin.data_science.listing import Listing, require_compartment, without
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.models.metadata import require_metadata, with_artifact_flags
from oci_twin.data_science.models.version_sets import VersionSets
from oci_twin.data_science.records import Record, Records, described, made_up_name
from oci_twin.data_science.refusals import incorrect_state
from oci_twin.data_science.requests import body_of, principal_of, require_etag, shown
from oci_twin.http.call import Call, Refusal, Reply

_STATES = ("ACTIVE", "DELETED", "FAILED", "INACTIVE")
_LISTING = Listing(
    filters=(
        "id",
        "projectId",
        "displayName",
        "lifecycleState",
        "createdBy",
        "modelVersionSetName",
        "versionLabel",
        "category",
    ),
    sorts=("timeCreated", "displayName", "lifecycleState"),
    choices={"lifecycleState": _STATES, "category": ("USER", "SERVICE")},
)
_NOT_IN_SUMMARY = ("description", "customMetadataList", "definedMetadataList", "inputSchema", "outputSchema")
_LISTS = {"customMetadataList": "custom", "definedMetadataList": "defined"}


@attrs.frozen
class Models:
    """The operations on models themselves."""

    catalog: Catalog
    projects: Records
    version_sets: VersionSets

    def create(self, call: Call) -> Reply:
        around = self.catalog.around
        body = body_of(call, CREATE_MODEL, around.behaviour)
        require_compartment(body["compartmentId"], around.compartment_exists)
        self.projects.live(body["projectId"])
        self._require_metadata(body)
        now = around.clock.now()
        seen = {
            **body,
            **described(body, made_up_name("model", now)),
            **self.version_sets.join(body, None),
            "id": ids.ocid("datasciencemodel"),
            "timeCreated": rfc3339(now),
            "createdBy": principal_of(call),
            "lifecycleState": "ACTIVE",
            "category": "USER",
            "isModelByReference": False,
            **{name: with_artifact_flags(body.get(name) or [], frozenset()) for name in _LISTS},
        }
        return shown(self.catalog.records.put(Record(seen)))

    def get(self, call: Call) -> Reply:
        return shown(self.catalog.records.get(call.params["modelId"]))

    def listed(self, call: Call) -> Reply:
        summaries = (without(record.seen, *_NOT_IN_SUMMARY) for record in self.catalog.records.all())
        return _LISTING.reply(call, summaries, self.catalog.around.behaviour.page)

    def update(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        body = body_of(call, UPDATE_MODEL, self.catalog.around.behaviour)
        self._require_metadata({**record.seen, **body})
        for name, prefix in _LISTS.items():
            if name in body:
                body[name] = with_artifact_flags(body[name], _keys_with_artifact(record, prefix))
        return shown(self.catalog.records.put(record.with_seen(**body, **self.version_sets.join(body, record))))

    def delete(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        users = sorted(self.catalog.users(record.id))
        if users:
            code = self.catalog.around.behaviour.model_in_use_code
            raise Refusal(409, code, f"{record.id} is used by {', '.join(users)} and cannot be deleted.")
        self.catalog.records.delete(record)
        return Reply(204)

    def activate(self, call: Call) -> Reply:
        return self._switch(call, "INACTIVE", "ACTIVE")

    def deactivate(self, call: Call) -> Reply:
        return self._switch(call, "ACTIVE", "INACTIVE")

    def _switch(self, call: Call, before: str, after: str) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        if record.state != before:
            raise incorrect_state(f"{record.id} is {record.state}, not {before}.")
        return shown(self.catalog.records.put(record.with_seen(lifecycleState=after)))

    def move(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        body = body_of(call, CHANGE_COMPARTMENT, self.catalog.around.behaviour)
        require_compartment(body["compartmentId"], self.catalog.around.compartment_exists)
        return Reply(204, headers={"etag": self.catalog.records.put(record.with_seen(**body)).etag})

    def _require_metadata(self, body: Mapping[str, Any]) -> None:
        custom, defined = ([without(item, "hasArtifact") for item in body.get(name) or []] for name in _LISTS)
        require_metadata(custom, defined, self.catalog.around.behaviour)


def _keys_with_artifact(record: Record, prefix: str) -> frozenset[str]:
    kept = record.own.get("metadata_artifacts") or {}
    return frozenset(name.partition("/")[2] for name in kept if name.startswith(f"{prefix}/"))
