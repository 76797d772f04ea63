"""Resources as they are kept: what clients see, and what the twin alone knows of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import TwinClock, rfc3339
from oci_twin.data_science.behaviour import Behaviour
from oci_twin.data_science.refusals import not_found
from oci_twin.state import State


@attrs.frozen
class Record:
    """One resource.

    Attributes:
        seen: The resource as a GET shows it, without what is derived.
        own: What no client sees.
        etag: Changes with every change of the resource.
        deleted: When it was deleted; it is shown for a while after.
    """

    seen: dict[str, Any]
    own: dict[str, Any] = attrs.field(factory=dict)
    etag: str = attrs.field(factory=ids.etag)
    deleted: str | None = None

    @property
    def id(self) -> str:
        return str(self.seen["id"])

    @property
    def state(self) -> str:
        return str(self.seen["lifecycleState"])

    def with_seen(self, **changes: Any) -> Record:
        """With other fields; a value of None takes the field away."""
        seen = {**self.seen, **changes}
        return attrs.evolve(self, seen={key: value for key, value in seen.items() if value is not None})

    def with_own(self, **changes: Any) -> Record:
        return attrs.evolve(self, own={**self.own, **changes})


@attrs.frozen
class Records:
    """The resources of one kind."""

    kind: str
    state: State
    clock: TwinClock
    behaviour: Behaviour

    def put(self, record: Record) -> Record:
        """Keeps a resource, under a new etag."""
        kept = attrs.evolve(record, etag=ids.etag())
        self.state.put(self.kind, kept.id, attrs.asdict(kept))
        return kept

    def delete(self, record: Record, **seen: Any) -> None:
        """Leaves a tombstone of a resource, which can be read for a while."""
        self.put(attrs.evolve(record.with_seen(lifecycleState="DELETED", **seen), deleted=rfc3339(self.clock.now())))

    def find(self, resource_id: str) -> Record | None:
        """The resource or its tombstone."""
        document = self.state.get(self.kind, resource_id)
        record = None if document is None else Record(**document)
        return record if record is not None and self._readable(record) else None

    def get(self, resource_id: str) -> Record:
        """The resource or its tombstone.

        Raises:
            Refusal: 404, there is neither.
        """
        record = self.find(resource_id)
        if record is None:
            raise not_found(resource_id)
        return record

    def live(self, resource_id: str) -> Record:
        """The resource.

        Raises:
            Refusal: 404, it is not there or deleted.
        """
        record = self.get(resource_id)
        if record.deleted is not None:
            raise not_found(resource_id)
        return record

    def all(self) -> list[Record]:
        """Every resource and tombstone, in the order of their creation."""
        records = [Record(**document) for document in self.state.all(self.kind)]
        return [record for record in records if self._readable(record)]

    def _readable(self, record: Record) -> bool:
        if record.deleted is None:
            return True
        until = moment(record.deleted) + timedelta(seconds=self.behaviour.tombstone_seconds)
        return self.clock.now() < until


def moment(text: str) -> datetime:
    """A time as OCI writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def described(body: Mapping[str, Any], fallback_name: str) -> dict[str, Any]:
    """The fields that most resources have, with a made-up name where none was given."""
    return {
        "displayName": body.get("displayName") or fallback_name,
        "freeformTags": body.get("freeformTags") or {},
        "definedTags": body.get("definedTags") or {},
        **({"description": body["description"]} if body.get("description") is not None else {}),
    }


def made_up_name(kind: str, now: datetime) -> str:
    """The name of a resource that was created without, such as ``modeldeployment20260131120000``."""
    return f"{kind}{now:%Y%m%d%H%M%S}"
