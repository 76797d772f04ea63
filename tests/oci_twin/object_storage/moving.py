"""Objects that get another name, and copies."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from oci_twin import ids
from oci_twin.clock import http_date, rfc3339
from oci_twin.http.call import Call, Headers, Refusal, Reply
from oci_twin.http.etags import require_match, require_none_match
from oci_twin.http.routing import Routes
from oci_twin.object_storage import receiving
from oci_twin.object_storage.namespaces import SERVICE
from oci_twin.object_storage.records import StoredObject
from oci_twin.object_storage.rules import bad
from oci_twin.object_storage.store import ObjectStore

_ACTIONS = "/n/{namespace}/b/{bucket}/actions"
_REQUEST = "object_storage_work_request"


@frozen
class Moving:
    """``rename_object``, and ``copy_object`` with its work requests, which are over at once."""

    store: ObjectStore

    def routes(self) -> Routes:
        routes = Routes()
        for method, path, handler in (
            ("POST", _ACTIONS + "/renameObject", self.rename_object),
            ("POST", _ACTIONS + "/copyObject", self.copy_object),
            ("GET", "/workRequests/{id}", self.get_work_request),
        ):
            routes.add(method, path, handler, service=SERVICE, operation=handler.__name__)
        return routes

    def rename_object(self, call: Call) -> Reply:
        bucket = self._bucket(call)
        given = call.fields()
        source = self.store.object(bucket, given.get("sourceName") or "")
        name = receiving.checked_name(given.get("newName") or "", self.store.rules)
        if name == source.name:
            raise bad("SourceNameSameAsNewName", "The new name is the old one.")
        _check(source, given.get("srcObjIfMatchETag"), None)
        _check(self.store.find(bucket, name), given.get("newObjIfMatchETag"), given.get("newObjIfNoneMatchETag"))
        self.store.forget(source)
        now = self.store.clock.now()
        kept = self.store.keep(evolve(source, name=name, time_modified=rfc3339(now)))
        own = {"etag": kept.etag, "last-modified": http_date(now), "version-id": kept.version_id}
        return Reply(headers=own)

    def copy_object(self, call: Call) -> Reply:
        given = call.fields()
        source = self.store.object(self._bucket(call), given.get("sourceObjectName") or "")
        target = self.store.bucket(given.get("destinationNamespace") or "", given.get("destinationBucket") or "")[
            "name"
        ]
        name = receiving.checked_name(given.get("destinationObjectName") or "", self.store.rules)
        _check(source, given.get("sourceObjectIfMatchETag"), None)
        old = self.store.find(target, name)
        _check(old, given.get("destinationObjectIfMatchETag"), given.get("destinationObjectIfNoneMatchETag"))
        copy = self.store.duplicate(source, target, name)
        if given.get("destinationObjectMetadata"):
            copy = evolve(
                copy, metadata=receiving.checked_metadata(given["destinationObjectMetadata"], self.store.rules)
            )
        self.store.keep(copy)
        return Reply(202, headers={"opc-work-request-id": self._finished_request()})

    def get_work_request(self, call: Call) -> Reply:
        found = self.store.state.get(_REQUEST, call.params["id"])
        if found is None:
            raise Refusal(404, "NotFound", f"There is no work request {call.params['id']}.")
        return Reply(json=found)

    def _bucket(self, call: Call) -> str:
        return str(self.store.bucket(call.params["namespace"], call.params["bucket"])["name"])

    def _finished_request(self) -> str:
        now = rfc3339(self.store.clock.now())
        request: dict[str, Any] = {
            "id": ids.etag(),
            "operationType": "COPY_OBJECT",
            "status": "COMPLETED",
            "compartmentId": self.store.begun.compartment_id,
            "resources": [],
            "percentComplete": 100.0,
            "timeAccepted": now,
            "timeStarted": now,
            "timeFinished": now,
        }
        self.store.state.put(_REQUEST, request["id"], request)
        return str(request["id"])


def _check(known: StoredObject | None, if_match: str | None, if_none_match: str | None) -> None:
    pairs = (("if-match", if_match), ("if-none-match", if_none_match))
    conditions = Call("POST", "", headers=Headers({name: value for name, value in pairs if value}))
    require_match(conditions, known.etag if known else "", code="IfMatchFailed")
    require_none_match(conditions, known.etag if known else None)
