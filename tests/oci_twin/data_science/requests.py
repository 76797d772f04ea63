"""Reading what a call brings: its body, its conditions, who sends it."""

from __future__ import annotations

from typing import Any, cast

from oci_twin.data_science.behaviour import Behaviour
from oci_twin.data_science.bodies.documents import without_nulls
from oci_twin.data_science.bodies.values import Value
from oci_twin.data_science.bodies.where import Where
from oci_twin.data_science.records import Record
from oci_twin.data_science.refusals import invalid
from oci_twin.http.call import Call, Reply
from oci_twin.http.etags import require_match


def body_of(call: Call, declared: Value, behaviour: Behaviour) -> dict[str, Any]:
    """The body as its class declares it, without what is null.

    Raises:
        Refusal: 400, it is not as declared.
    """
    return cast("dict[str, Any]", without_nulls(body_with_nulls(call, declared, behaviour)))


def body_with_nulls(call: Call, declared: Value, behaviour: Behaviour) -> dict[str, Any]:
    """The same with the nulls, which mean something in an update."""
    body = declared.read(call.json(), Where(refuse_unknown=behaviour.refuse_unknown_fields))
    require_few_tags(cast("dict[str, Any]", body), behaviour)
    return cast("dict[str, Any]", body)


def require_few_tags(body: dict[str, Any], behaviour: Behaviour) -> None:
    """Lets bodies pass whose tags are within OCI's limits.

    Raises:
        Refusal: 400.
    """
    free = body.get("freeformTags") or {}
    if len(free) > behaviour.max_freeform_tags:
        raise invalid(f"freeformTags can have at most {behaviour.max_freeform_tags} tags, not {len(free)}.")
    for key, value in free.items():
        if not 1 <= len(key) <= behaviour.max_tag_key:
            raise invalid(f"The key of a free-form tag has 1 to {behaviour.max_tag_key} characters: {key!r}.")
        if len(value) > behaviour.max_tag_value:
            raise invalid(f"The value of the free-form tag {key!r} has more than {behaviour.max_tag_value} characters.")
    defined = sum(len(tags) for tags in (body.get("definedTags") or {}).values())
    if defined > behaviour.max_defined_tags:
        raise invalid(f"definedTags can have at most {behaviour.max_defined_tags} tags, not {defined}.")


def principal_of(call: Call) -> str:
    """Who signed: the user of an API key, or the name of the key that a token goes with."""
    parts = call.key_id.split("/")
    return parts[1] if len(parts) == 3 else call.key_id.split("$", maxsplit=1)[0] or "unknown"


def require_etag(call: Call, record: Record) -> None:
    """Lets a call pass whose ``if-match`` fits.

    Raises:
        Refusal: 412 NoEtagMatch.
    """
    require_match(call, record.etag)


def shown(record: Record, seen: dict[str, Any] | None = None, *, status: int = 200, **headers: str) -> Reply:
    """A resource with its etag; `headers` have underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json=record.seen if seen is None else seen, headers={"etag": record.etag, **named})
