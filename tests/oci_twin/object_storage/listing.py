"""Names of objects."""

from __future__ import annotations

import itertools
from typing import Any

from attrs import frozen

from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.routing import Routes
from oci_twin.object_storage.namespaces import SERVICE
from oci_twin.object_storage.records import StoredObject
from oci_twin.object_storage.rules import bad
from oci_twin.object_storage.store import ObjectStore

_LARGEST = 1000
_FIELDS = ("name", "size", "etag", "md5", "timeCreated", "timeModified", "storageTier", "archivalState")


@frozen
class Listing:
    """``list_objects``."""

    store: ObjectStore

    def routes(self) -> Routes:
        routes = Routes()
        path = "/n/{namespace}/b/{bucket}/o"
        routes.add("GET", path, self.list_objects, service=SERVICE, operation="list_objects")
        return routes

    def list_objects(self, call: Call) -> Reply:
        bucket = self.store.readable(call.params["namespace"], call.params["bucket"])
        fields, limit, delimiter = _fields(call), _limit(call), _delimiter(call)
        wanted = [one for one in self.store.objects(bucket) if _is_wanted(call, one.name)]
        prefix = call.query.get("prefix", "")
        grouped = itertools.groupby(wanted, lambda one: _folder(one, prefix, delimiter) or one)
        groups = [(key, next(members)) for key, members in grouped]
        shown, rest = groups[:limit], groups[limit:]
        answer: dict[str, Any] = {
            "objects": [_summary(key, fields) for key, _ in shown if isinstance(key, StoredObject)],
            "prefixes": [key for key, _ in shown if isinstance(key, str)],
        }
        if rest:
            answer["nextStartWith"] = rest[0][1].name
        return Reply(json=answer)


def _folder(one: StoredObject, prefix: str, delimiter: str) -> str | None:
    """What an object's name is folded into: all up to the first delimiter after the prefix."""
    head, found, _ = one.name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
    return prefix + head + found if found else None


def _is_wanted(call: Call, name: str) -> bool:
    query = call.query
    own = name.encode()
    return (
        name.startswith(query.get("prefix", ""))
        and own >= query.get("start", "").encode()
        and ("startAfter" not in query or own > query["startAfter"].encode())
        and ("end" not in query or own < query["end"].encode())
    )


def _fields(call: Call) -> list[str]:
    known = {field.lower(): field for field in _FIELDS}
    asked = [word.strip().lower() for word in call.query.get("fields", "name").split(",")]
    unknown = [word for word in asked if word not in known]
    if unknown:
        raise bad("InvalidAttributeName", f"Objects have no field {unknown[0]}.")
    return ["name", *(known[word] for word in asked if word != "name")]


def _limit(call: Call) -> int:
    text = call.query.get("limit", str(_LARGEST))
    if not text.isdecimal() or int(text) < 1:
        raise bad("InvalidLimit", f"limit is a number from 1 to {_LARGEST}.")
    if int(text) > _LARGEST:
        raise Refusal(412, "LimitTooHigh", f"limit is a number from 1 to {_LARGEST}.")
    return int(text)


def _delimiter(call: Call) -> str:
    delimiter = call.query.get("delimiter", "")
    if delimiter not in ("", "/"):
        raise bad("InvalidParameter", "The only delimiter is '/'.")
    return delimiter


def _summary(one: StoredObject, fields: list[str]) -> dict[str, Any]:
    everything = {
        "name": one.name,
        "size": one.size,
        "etag": one.etag,
        "md5": one.digest,
        "timeCreated": one.time_created,
        "timeModified": one.time_modified,
        "storageTier": one.storage_tier,
        "archivalState": None,
    }
    return {field: everything[field] for field in fields if everything[field] is not None}
