"""Objects that come in parts."""

from __future__ import annotations

import base64
from typing import Any

from attrs import frozen

from oci_twin import ids
from oci_twin.clock import http_date, rfc3339
from oci_twin.http.call import Call, Reply
from oci_twin.http.etags import require_match, require_none_match
from oci_twin.http.paging import paged
from oci_twin.http.routing import Routes
from oci_twin.object_storage import receiving
from oci_twin.object_storage.commitment import committed_parts, multipart_md5
from oci_twin.object_storage.namespaces import SERVICE
from oci_twin.object_storage.records import Segment, StoredObject
from oci_twin.object_storage.rules import bad
from oci_twin.object_storage.store import ObjectStore
from oci_twin.object_storage.uploads import Uploads

_BUCKET = "/n/{namespace}/b/{bucket}/u"
_OBJECT = _BUCKET + "/{object}"
_UPLOAD_SHOWN = ("namespace", "bucket", "object", "uploadId", "timeCreated", "storageTier")
_PART_SHOWN = ("etag", "md5", "size", "partNumber")


@frozen
class Multipart:
    """The operations on multipart uploads."""

    store: ObjectStore
    uploads: Uploads

    def routes(self) -> Routes:
        routes = Routes()
        for method, path, handler in (
            ("POST", _BUCKET, self.create_multipart_upload),
            ("GET", _BUCKET, self.list_multipart_uploads),
            ("PUT", _OBJECT, self.upload_part),
            ("GET", _OBJECT, self.list_multipart_upload_parts),
            ("POST", _OBJECT, self.commit_multipart_upload),
            ("DELETE", _OBJECT, self.abort_multipart_upload),
        ):
            signed = method != "PUT"
            routes.add(method, path, handler, service=SERVICE, operation=handler.__name__, body_signed=signed)
        return routes

    def create_multipart_upload(self, call: Call) -> Reply:
        bucket = self._bucket(call)
        given = call.fields()
        if not given.get("object"):
            raise bad("MissingObjectName", "object is required.")
        name = receiving.checked_name(given["object"], self.store.rules)
        self._check_conditions(call, bucket, name)
        upload = {
            "namespace": self.store.begun.namespace,
            "bucket": bucket,
            "object": name,
            "uploadId": ids.etag(),
            "timeCreated": rfc3339(self.store.clock.now()),
            "storageTier": given.get("storageTier") or "Standard",
            "metadata": receiving.checked_metadata(given.get("metadata") or {}, self.store.rules),
            "headers": receiving.named_headers(given),
        }
        self.uploads.keep(upload)
        return Reply(json=_shown(upload, _UPLOAD_SHOWN), headers={"location": f"{call.path}/{name}"})

    def list_multipart_uploads(self, call: Call) -> Reply:
        uploads = self.uploads.of_bucket(self._bucket(call))
        uploads.sort(key=lambda one: (one["object"].encode(), one["timeCreated"]))
        return paged(call, [_shown(one, _UPLOAD_SHOWN) for one in uploads], default=1000)

    def upload_part(self, call: Call) -> Reply:
        upload_id = self._upload(call)["uploadId"]
        number = self._number(call)
        old = self.uploads.part(upload_id, number)
        require_none_match(call, old["etag"] if old else None)
        require_match(call, old["etag"] if old else "", code="IfMatchFailed")
        md5 = receiving.checked_digest(call, self.store.rules)
        path = self.store.state.new_blob()
        call.save(path)
        etag = ids.etag()
        part = {"partNumber": number, "etag": etag, "md5": md5, "size": call.length, "blob": path.name}
        self.uploads.keep_part(upload_id, part)
        return Reply(headers={"etag": etag, **receiving.digest_headers(call, md5)})

    def list_multipart_upload_parts(self, call: Call) -> Reply:
        parts = self.uploads.parts(self._upload(call)["uploadId"])
        return paged(call, [_shown(one, _PART_SHOWN) for one in parts], default=1000)

    def commit_multipart_upload(self, call: Call) -> Reply:
        upload = self._upload(call)
        bucket, name = upload["bucket"], upload["object"]
        self._check_conditions(call, bucket, name)
        parts = committed_parts(call.fields(), self.uploads.parts(upload["uploadId"]))
        digest = multipart_md5(base64.b64decode(part["md5"]) for part in parts)
        now = self.store.clock.now()
        old = self.store.find(bucket, name)
        made = StoredObject(
            bucket,
            name,
            tuple(Segment(part["blob"], part["size"]) for part in parts),
            digest,
            upload["metadata"],
            upload["headers"],
            old.time_created if old else rfc3339(now),
            rfc3339(now),
            in_parts=True,
            storage_tier=upload["storageTier"],
        )
        self.uploads.remove(upload["uploadId"], but=frozenset(part["blob"] for part in parts))
        kept = self.store.keep(made)
        own = {"etag": kept.etag, "last-modified": http_date(now), "version-id": kept.version_id}
        return Reply(headers={"opc-multipart-md5": digest, **own})

    def abort_multipart_upload(self, call: Call) -> Reply:
        self.uploads.remove(self._upload(call)["uploadId"])
        return Reply(204)

    def _bucket(self, call: Call) -> str:
        return str(self.store.bucket(call.params["namespace"], call.params["bucket"])["name"])

    def _upload(self, call: Call) -> dict[str, Any]:
        bucket = self._bucket(call)
        if not call.query.get("uploadId"):
            raise bad("MissingUploadId", "uploadId is required.")
        return self.uploads.upload(call.query["uploadId"], bucket, call.params["object"])

    def _number(self, call: Call) -> int:
        text = call.query.get("uploadPartNum", "")
        if not text.isdecimal() or not 1 <= int(text) <= self.store.rules.parts:
            raise bad("InvalidUploadPartNumber", f"uploadPartNum is a number from 1 to {self.store.rules.parts}.")
        return int(text)

    def _check_conditions(self, call: Call, bucket: str, name: str) -> None:
        old = self.store.find(bucket, name)
        require_none_match(call, old.etag if old else None)
        require_match(call, old.etag if old else "", code="IfMatchFailed")


def _shown(document: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: document[key] for key in keys}
