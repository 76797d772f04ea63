"""Lists of resources: filters, order and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from oci_twin.data_science.refusals import invalid, missing, not_found
from oci_twin.http.call import Call, Reply
from oci_twin.http.paging import paged

_MOST = 100


@attrs.frozen
class Listing:
    """How one kind of resource is listed.

    Attributes:
        filters: Query parameters that a field of the same name has to equal.
        choices: The values that some of the filters can have.
        sorts: The fields that can be sorted by, the first by default; those of time newest first.
        renamed: Query parameters whose field has another name.
    """

    filters: Sequence[str]
    sorts: Sequence[str]
    choices: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    renamed: Mapping[str, str] = attrs.field(factory=dict)

    def reply(self, call: Call, resources: Iterable[Mapping[str, Any]], page: int) -> Reply:
        """One page of the resources that the query asks for.

        Raises:
            Refusal: 400, a parameter is missing or has no possible value.
        """
        wanted = self.given(call)
        found = [item for item in resources if all(self._field(item, key) == wanted[key] for key in wanted)]
        return paged(call, self._sorted(call, found), default=page, maximum=_MOST)

    def given(self, call: Call) -> dict[str, str]:
        """The filters that a query has, ``compartmentId`` always among them."""
        if not call.query.get("compartmentId"):
            raise missing("compartmentId")
        for key, values in self.choices.items():
            if call.query.get(key, values[0]) not in values:
                raise invalid(f"{key} must be one of {', '.join(values)}, not {call.query[key]!r}.")
        return {key: call.query[key] for key in ("compartmentId", *self.filters) if key in call.query}

    def _field(self, item: Mapping[str, Any], key: str) -> object:
        return item.get(self.renamed.get(key, key))

    def _sorted(self, call: Call, items: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        by = call.query.get("sortBy", self.sorts[0])
        if by not in self.sorts:
            raise invalid(f"sortBy must be one of {', '.join(self.sorts)}, not {by!r}.")
        order = call.query.get("sortOrder", "DESC" if by.startswith("time") else "ASC")
        if order not in ("ASC", "DESC"):
            raise invalid(f"sortOrder must be ASC or DESC, not {order!r}.")
        # those made within one millisecond keep the order in which they were made, or the reverse of it
        oldest_first = sorted(items, key=lambda item: str(item.get(by, "")))
        return oldest_first if order == "ASC" else oldest_first[::-1]


def without(item: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    """A summary, which lacks some fields."""
    return {key: value for key, value in item.items() if key not in fields}


def require_compartment(compartment_id: str, exists: Callable[[str], bool]) -> None:
    """Lets a compartment pass that exists.

    Raises:
        Refusal: 404.
    """
    if not exists(compartment_id):
        raise not_found(compartment_id)
