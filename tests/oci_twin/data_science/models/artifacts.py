"""Artifacts of models: uploaded once, handed out whole or in part."""

from __future__ import annotations

import attrs

from oci_twin.data_science.content import received
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.refusals import conflict, invalid, too_large
from oci_twin.data_science.requests import require_etag
from oci_twin.http.call import Call, Reply


@attrs.frozen
class Artifacts:
    """The operations on artifacts that need no work request."""

    catalog: Catalog

    def create(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        behaviour = self.catalog.around.behaviour
        if self.catalog.has_artifact(record):
            raise conflict(f"{record.id} has an artifact, which cannot be replaced.")
        if call.length == 0:
            raise invalid("The artifact is empty.")
        if call.length > behaviour.max_artifact_bytes:
            most = behaviour.max_artifact_bytes
            raise too_large(f"The artifact has {call.length} bytes; at most {most} can be uploaded directly.")
        content = received(call, self.catalog.around.state, self.catalog.around.clock, f"{record.id}.zip")
        kept = self.catalog.records.put(record.with_own(artifact=attrs.asdict(content)))
        return Reply(204, headers={"etag": kept.etag})

    def content(self, call: Call) -> Reply:
        """Of GET and HEAD."""
        record = self.catalog.live(call.params["modelId"])
        return self.catalog.require_artifact(record).reply(call, self.catalog.around.state)
