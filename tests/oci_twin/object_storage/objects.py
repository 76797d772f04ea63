"""Objects that are put, got and deleted at once."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from oci_twin.clock import http_date, rfc3339
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.etags import require_match, require_none_match
from oci_twin.http.routing import Routes
from oci_twin.object_storage import receiving
from oci_twin.object_storage.namespaces import SERVICE
from oci_twin.object_storage.ranges import requested_range
from oci_twin.object_storage.records import Segment, StoredObject
from oci_twin.object_storage.store import ObjectStore

_PATH = "/n/{namespace}/b/{bucket}/o/{object}"


@frozen
class Objects:
    """The operations on one object."""

    store: ObjectStore

    def routes(self) -> Routes:
        routes = Routes()
        for method, handler in (
            ("PUT", self.put_object),
            ("GET", self.get_object),
            ("HEAD", self.head_object),
            ("DELETE", self.delete_object),
        ):
            signed = method != "PUT"
            routes.add(method, _PATH, handler, service=SERVICE, operation=handler.__name__, body_signed=signed)
        return routes

    def put_object(self, call: Call) -> Reply:
        bucket = self._bucket(call)
        name = receiving.checked_name(call.params["object"], self.store.rules)
        metadata = receiving.sent_metadata(call, self.store.rules)
        md5 = receiving.checked_digest(call, self.store.rules)
        old = self.store.find(bucket, name)
        require_none_match(call, old.etag if old else None)
        require_match(call, old.etag if old else "", code="IfMatchFailed")
        path = self.store.state.new_blob()
        call.save(path)
        now = self.store.clock.now()
        segments = (Segment(path.name, call.length),)
        headers = receiving.content_headers(call)
        created = old.time_created if old else rfc3339(now)
        kept = self.store.keep(StoredObject(bucket, name, segments, md5, metadata, headers, created, rfc3339(now)))
        own = {"etag": kept.etag, "last-modified": http_date(now), "version-id": kept.version_id}
        return Reply(headers={**receiving.digest_headers(call, md5), **own})

    def get_object(self, call: Call) -> Reply:
        known = self._known(call, self.store.readable(call.params["namespace"], call.params["bucket"]))
        _check_conditions(call, known)
        start, length = requested_range(call.headers.get("range"), known.size)
        partial = (start, length) != (0, known.size)
        headers = {**described(known), "content-length": str(length)}
        if partial:
            headers["content-range"] = f"bytes {start}-{start + length - 1}/{known.size}"
        return Reply(206 if partial else 200, body=self.store.content(known, start, length), headers=headers)

    def head_object(self, call: Call) -> Reply:
        known = self._known(call, self.store.readable(call.params["namespace"], call.params["bucket"]))
        _check_conditions(call, known)
        return Reply(headers={**described(known), "content-length": str(known.size)})

    def delete_object(self, call: Call) -> Reply:
        known = self._known(call, self._bucket(call))
        require_match(call, known.etag, code="IfMatchFailed")
        self.store.remove(known.bucket, known.name)
        return Reply(204, headers={"last-modified": http_date(self.store.clock.now()), "version-id": known.version_id})

    def _bucket(self, call: Call) -> str:
        return str(self.store.bucket(call.params["namespace"], call.params["bucket"])["name"])

    def _known(self, call: Call, bucket: str) -> StoredObject:
        known = self.store.object(bucket, call.params["object"])
        wanted = call.query.get("versionId")
        if wanted is not None and wanted != known.version_id:
            raise Refusal(404, "ObjectNotFound", f"The object has no version {wanted}.")
        return known


def _check_conditions(call: Call, known: StoredObject) -> None:
    require_match(call, known.etag, code="IfMatchFailed")
    if call.headers.get("if-none-match", "").strip('"') in (known.etag, "*"):
        raise Refusal(304, "NotModified", "The object is the one that you have.")


def described(known: StoredObject) -> dict[str, str]:
    """The headers that an object is answered with."""
    modified = datetime.fromisoformat(known.time_modified.replace("Z", "+00:00"))
    digest = "opc-multipart-md5" if known.in_parts else "content-md5"
    return {
        "content-type": "application/octet-stream",
        **known.headers,
        **known.metadata,
        digest: known.digest,
        "etag": known.etag,
        "last-modified": http_date(modified),
        "version-id": known.version_id,
        "storage-tier": known.storage_tier,
        "accept-ranges": "bytes",
    }
