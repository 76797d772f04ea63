"""Buckets and objects as the rest of the twin sees them."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from oci_twin import ids
from oci_twin.beginning import Beginning
from oci_twin.clock import TwinClock, rfc3339
from oci_twin.http.call import Refusal
from oci_twin.object_storage.blobs import chunks_of, joined, linked
from oci_twin.object_storage.records import Segment, StoredObject
from oci_twin.object_storage.rules import StorageRules, no_bucket, no_namespace, no_object
from oci_twin.state import State

BUCKET = "bucket"
#: Of OCI itself, in the commercial realm.
SERVICE_NAMESPACE = "id19sfcrra6z"
SERVICE_BUCKET = "service-conda-packs"
_OBJECT = "object"
# More files than that are not opened for one answer.
_OPEN_FILES = 64


@frozen
class ObjectStore:
    """Objects in the buckets of the tenancy's namespace, and in the one of the service."""

    state: State
    begun: Beginning
    clock: TwinClock
    lock: threading.RLock
    rules: StorageRules = field(factory=StorageRules)

    def begin(self) -> None:
        """Makes the bucket that a twin starts with, unless it is there."""
        if self.state.get(BUCKET, self.begun.bucket) is None:
            self.new_bucket(self.begun.bucket, {})

    def new_bucket(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        usual = {"publicAccessType": "NoPublicAccess", "storageTier": "Standard", "freeformTags": {}, "metadata": {}}
        own = {
            "namespace": self.begun.namespace,
            "name": name,
            "compartmentId": self.begun.compartment_id,
            "createdBy": self.begun.user_id,
            "id": ids.ocid("bucket"),
            "timeCreated": rfc3339(self.clock.now()),
            "etag": ids.etag(),
        }
        bucket = {**usual, **own, **given}
        self.state.put(BUCKET, name, bucket)
        return bucket

    def bucket(self, namespace: str, name: str) -> dict[str, Any]:
        """The bucket's document.

        Raises:
            Refusal: 404 NamespaceNotFound or BucketNotFound.
        """
        if namespace != self.begun.namespace:
            raise no_namespace(namespace)
        found = self.state.get(BUCKET, name)
        if found is None:
            raise no_bucket(namespace, name)
        return found

    def readable(self, namespace: str, name: str) -> str:
        """What objects of a bucket that may be read are kept under: the tenancy's own buckets, and the service's.

        Raises:
            Refusal: 404 NamespaceNotFound or BucketNotFound.
        """
        if (namespace, name) == (SERVICE_NAMESPACE, SERVICE_BUCKET):
            return f"{name}@{namespace}"
        return str(self.bucket(namespace, name)["name"])

    def find(self, bucket: str, name: str) -> StoredObject | None:
        document = self.state.get(_OBJECT, f"{bucket}/{name}")
        return None if document is None else StoredObject.from_document(document)

    def object(self, bucket: str, name: str) -> StoredObject:
        """The object.

        Raises:
            Refusal: 404 ObjectNotFound.
        """
        found = self.find(bucket, name)
        if found is None:
            raise no_object(bucket, name)
        return found

    def objects(self, bucket: str) -> list[StoredObject]:
        """All objects of a bucket in the order of their names' UTF-8."""
        found = [StoredObject.from_document(one) for one in self.state.all(_OBJECT) if one["bucket"] == bucket]
        return sorted(found, key=lambda one: one.name.encode())

    def keep(self, given: StoredObject) -> StoredObject:
        """Puts an object in the place of what bears its name, with a new entity tag."""
        self.remove(given.bucket, given.name)
        kept = given.renewed()
        self.state.put(_OBJECT, f"{kept.bucket}/{kept.name}", kept.to_document())
        return kept

    def remove(self, bucket: str, name: str) -> None:
        found = self.find(bucket, name)
        if found is not None:
            self.forget(found)
            for segment in found.segments:
                (self.state.blobs / segment.blob).unlink(missing_ok=True)

    def forget(self, known: StoredObject) -> None:
        """Removes an object's name; its bytes stay for the one that takes them over."""
        self.state.delete(_OBJECT, f"{known.bucket}/{known.name}")

    def content(self, known: StoredObject, start: int, length: int) -> Iterator[bytes]:
        """A range of an object's bytes."""
        if len(known.segments) > _OPEN_FILES:
            known = self._in_one_file(known)
        return chunks_of(self.state.blobs, known.segments, start, length)

    def duplicate(self, known: StoredObject, bucket: str, name: str) -> StoredObject:
        """A copy under another name; both share the files that hold the bytes."""
        segments = []
        for segment in known.segments:
            path = self.state.new_blob()
            linked(self.state.blobs / segment.blob, path)
            segments.append(Segment(path.name, segment.size))
        now = rfc3339(self.clock.now())
        return evolve(known, bucket=bucket, name=name, segments=tuple(segments), time_created=now, time_modified=now)

    def read(self, namespace: str, bucket: str, name: str) -> Path | None:
        """A file of an object's bytes, only to be read; None where there is no such namespace, bucket or object."""
        with self.lock:
            try:
                known = self._in_one_file(self.object(self.readable(namespace, bucket), name))
            except Refusal:
                return None
            return self.state.blobs / known.segments[0].blob

    def write(self, namespace: str, bucket: str, name: str, content: Path) -> bool:
        """Puts a file there as an object; says false where there is no such namespace or bucket."""
        with self.lock:
            try:
                self.bucket(namespace, bucket)
            except Refusal:
                return False
            path = self.state.new_blob()
            linked(content, path)
            segment = Segment(path.name, path.stat().st_size)
            now = rfc3339(self.clock.now())
            headers = {"content-type": "application/octet-stream"}
            self.keep(StoredObject(bucket, name, (segment,), md5_of(path), {}, headers, now, now))
            return True

    def _in_one_file(self, known: StoredObject) -> StoredObject:
        if len(known.segments) == 1:
            return known
        whole = evolve(known, segments=(joined(self.state.blobs, known.segments),))
        self.state.put(_OBJECT, f"{known.bucket}/{known.name}", whole.to_document())
        return whole


def md5_of(path: Path) -> str:
    """``content-md5`` of a file."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return base64.b64encode(digest.digest()).decode("ascii")
