"""Namespace and buckets."""

from __future__ import annotations

import re
from typing import Any

from attrs import frozen

from oci_twin import ids
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.etags import require_match
from oci_twin.http.paging import paged
from oci_twin.http.routing import Routes
from oci_twin.object_storage.rules import bad, no_namespace
from oci_twin.object_storage.store import BUCKET, ObjectStore
from oci_twin.object_storage.uploads import Uploads

SERVICE = "object_storage"
_NAME = re.compile(r"^[A-Za-z0-9._-]{1,256}$")
_SUMMARY = ("namespace", "name", "compartmentId", "createdBy", "timeCreated", "etag")
_CHANGEABLE = ("metadata", "publicAccessType", "freeformTags", "definedTags", "compartmentId")


@frozen
class Namespaces:
    """The operations on the namespace and on buckets."""

    store: ObjectStore
    uploads: Uploads

    def routes(self) -> Routes:
        routes = Routes()
        one = "/n/{namespace}/b/{bucket}"
        for method, path, handler in (
            ("GET", "/n", self.get_namespace),
            ("GET", "/n/{namespace}", self.get_namespace_metadata),
            ("GET", "/n/{namespace}/b", self.list_buckets),
            ("POST", "/n/{namespace}/b", self.create_bucket),
            ("GET", one, self.get_bucket),
            ("HEAD", one, self.head_bucket),
            ("POST", one, self.update_bucket),
            ("DELETE", one, self.delete_bucket),
        ):
            routes.add(method, path, handler, service=SERVICE, operation=handler.__name__)
        return routes

    def get_namespace(self, call: Call) -> Reply:
        return Reply(json=self.store.begun.namespace)

    def get_namespace_metadata(self, call: Call) -> Reply:
        self._require_namespace(call)
        begun = self.store.begun
        compartments = {f"default{api}CompartmentId": begun.compartment_id for api in ("S3", "Swift")}
        return Reply(json={"namespace": begun.namespace, **compartments})

    def list_buckets(self, call: Call) -> Reply:
        self._require_namespace(call)
        if "compartmentId" not in call.query:
            raise bad("MissingCompartmentId", "compartmentId is required.")
        compartment = call.query["compartmentId"]
        buckets = [one for one in self.store.state.all(BUCKET) if one["compartmentId"] == compartment]
        buckets.sort(key=lambda one: str(one["name"]))
        return paged(call, [{key: one[key] for key in _SUMMARY} for one in buckets], default=100)

    def create_bucket(self, call: Call) -> Reply:
        self._require_namespace(call)
        given = call.fields()
        name = given.get("name", "")
        if not _NAME.match(name):
            raise bad("InvalidBucketName", "A bucket's name has letters, digits, '.', '_' and '-'.")
        if given.get("compartmentId") not in (self.store.begun.compartment_id, self.store.begun.tenancy_id):
            raise Refusal(404, "CompartmentIdNotFound", "The compartment does not exist.")
        if self.store.state.get(BUCKET, name) is not None:
            raise Refusal(
                409, "BucketAlreadyExists", f"Either the bucket '{name}' exists already or you may not see it"
            )
        return _shown(self.store.new_bucket(name, given))

    def get_bucket(self, call: Call) -> Reply:
        return _shown(self._bucket(call))

    def head_bucket(self, call: Call) -> Reply:
        return Reply(headers={"etag": self._bucket(call)["etag"]})

    def update_bucket(self, call: Call) -> Reply:
        bucket = self._bucket(call)
        require_match(call, bucket["etag"], code="IfMatchFailed")
        changes = {key: value for key, value in call.fields().items() if key in _CHANGEABLE}
        bucket.update(changes, etag=ids.etag())
        self.store.state.put(BUCKET, bucket["name"], bucket)
        return _shown(bucket)

    def delete_bucket(self, call: Call) -> Reply:
        bucket = self._bucket(call)
        require_match(call, bucket["etag"], code="IfMatchFailed")
        name = bucket["name"]
        if self.store.objects(name) or self.uploads.of_bucket(name):
            raise Refusal(409, "BucketNotEmpty", f"Bucket named '{name}' is not empty. Delete all objects first.")
        self.store.state.delete(BUCKET, name)
        return Reply(204)

    def _bucket(self, call: Call) -> dict[str, Any]:
        return self.store.bucket(call.params["namespace"], call.params["bucket"])

    def _require_namespace(self, call: Call) -> None:
        if call.params["namespace"] != self.store.begun.namespace:
            raise no_namespace(call.params["namespace"])


def _shown(bucket: dict[str, Any]) -> Reply:
    return Reply(json=bucket, headers={"etag": bucket["etag"]})
