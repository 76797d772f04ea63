"""Where a model comes from."""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin import ids
from oci_twin.data_science.bodies.models import PROVENANCE
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.records import Record
from oci_twin.data_science.refusals import conflict, not_found
from oci_twin.data_science.requests import body_of
from oci_twin.http.call import Call, Reply
from oci_twin.http.etags import require_match


@attrs.frozen
class Provenance:
    """The operations on the provenance of models; it has an etag of its own."""

    catalog: Catalog

    def create(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        if record.own.get("provenance") is not None:
            raise conflict(f"{record.id} has a provenance; it can be updated.")
        return self._put(call, record)

    def get(self, call: Call) -> Reply:
        return _shown(self._require(self.catalog.live(call.params["modelId"])))

    def update(self, call: Call) -> Reply:
        record = self.catalog.live(call.params["modelId"])
        require_match(call, self._require(record)["etag"])
        return self._put(call, record)

    def _put(self, call: Call, record: Record) -> Reply:
        body = body_of(call, PROVENANCE, self.catalog.around.behaviour)
        provenance = {"seen": body, "etag": ids.etag()}
        self.catalog.records.put(record.with_own(provenance=provenance))
        return _shown(provenance)

    def _require(self, record: Record) -> dict[str, Any]:
        provenance: dict[str, Any] | None = record.own.get("provenance")
        if provenance is None:
            raise not_found(f"provenance of {record.id}")
        return provenance


def _shown(provenance: dict[str, Any]) -> Reply:
    return Reply(json=provenance["seen"], headers={"etag": provenance["etag"]})
