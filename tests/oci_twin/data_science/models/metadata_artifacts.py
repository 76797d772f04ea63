"""Artifacts of single items of a model's metadata."""

from __future__ import annotations

from typing import Any, Literal

import attrs

from oci_twin.data_science.content import content_from, received
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.models.metadata import with_artifact_flags
from oci_twin.data_science.records import Record
from oci_twin.data_science.refusals import conflict, invalid, not_found, too_large
from oci_twin.data_science.requests import require_etag
from oci_twin.http.call import Call, Reply


@attrs.frozen
class MetadataArtifacts:
    """The operations on the artifacts of one of the two lists of metadata."""

    catalog: Catalog
    which: Literal["custom", "defined"]

    def create(self, call: Call) -> Reply:
        record = self._record(call)
        if self._name(call) in self._kept(record):
            raise conflict(f"The metadata {call.params['key']!r} has an artifact.")
        return self._receive(call, record)

    def update(self, call: Call) -> Reply:
        record = self._record(call)
        self._require(call, record)
        return self._receive(call, record)

    def delete(self, call: Call) -> Reply:
        record = self._record(call)
        self._require(call, record)
        kept = {name: item for name, item in self._kept(record).items() if name != self._name(call)}
        return self._put(record, kept)

    def content(self, call: Call) -> Reply:
        """Of GET and HEAD."""
        content = content_from(self._require(call, self._record(call)))
        assert content is not None
        return content.reply(call, self.catalog.around.state)

    def _receive(self, call: Call, record: Record) -> Reply:
        most = self.catalog.around.behaviour.max_artifact_bytes
        if call.length == 0:
            raise invalid("The artifact is empty.")
        if call.length > most:
            raise too_large(f"The artifact has {call.length} bytes; at most {most} are possible.")
        content = received(call, self.catalog.around.state, self.catalog.around.clock, call.params["key"])
        return self._put(record, {**self._kept(record), self._name(call): attrs.asdict(content)})

    def _put(self, record: Record, kept: dict[str, Any]) -> Reply:
        name = f"{self.which}MetadataList"
        keys = frozenset(item.partition("/")[2] for item in kept if item.startswith(f"{self.which}/"))
        flagged = record.with_seen(**{name: with_artifact_flags(record.seen[name], keys)})
        return Reply(204, headers={"etag": self.catalog.records.put(flagged.with_own(metadata_artifacts=kept)).etag})

    def _record(self, call: Call) -> Record:
        """The model, if it has the item."""
        record = self.catalog.live(call.params["modelId"])
        require_etag(call, record)
        if call.params["key"] not in {item["key"] for item in record.seen[f"{self.which}MetadataList"]}:
            raise not_found(f"metadata {call.params['key']!r} of {record.id}")
        return record

    def _require(self, call: Call, record: Record) -> dict[str, Any]:
        kept: dict[str, Any] | None = self._kept(record).get(self._name(call))
        if kept is None:
            raise not_found(f"artifact of the metadata {call.params['key']!r} of {record.id}")
        return kept

    def _kept(self, record: Record) -> dict[str, Any]:
        return dict(record.own.get("metadata_artifacts") or {})

    def _name(self, call: Call) -> str:
        return f"{self.which}/{call.params['key']}"
