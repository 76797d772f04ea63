"""What is remembered of multipart uploads that are neither committed nor aborted."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from oci_twin.object_storage.rules import no_upload
from oci_twin.state import State

_UPLOAD = "upload"
_PART = "part"


@frozen
class Uploads:
    """Uploads by their ids, each with its parts by their numbers."""

    state: State

    def keep(self, upload: dict[str, Any]) -> None:
        self.state.put(_UPLOAD, upload["uploadId"], upload)

    def upload(self, upload_id: str, bucket: str, name: str) -> dict[str, Any]:
        """The upload's document.

        Raises:
            Refusal: 404 UploadNotFound, also for an upload to another object.
        """
        found = self.state.get(_UPLOAD, upload_id)
        if found is None or (found["bucket"], found["object"]) != (bucket, name):
            raise no_upload(upload_id)
        return found

    def of_bucket(self, bucket: str) -> list[dict[str, Any]]:
        return [one for one in self.state.all(_UPLOAD) if one["bucket"] == bucket]

    def keep_part(self, upload_id: str, part: dict[str, Any]) -> None:
        """Keeps a part in the place of the one that has its number, whose bytes go."""
        old = self.part(upload_id, part["partNumber"])
        if old is not None:
            self._remove_bytes(old)
        self.state.put(_PART, f"{upload_id}/{part['partNumber']}", {**part, "uploadId": upload_id})

    def part(self, upload_id: str, number: int) -> dict[str, Any] | None:
        return self.state.get(_PART, f"{upload_id}/{number}")

    def parts(self, upload_id: str) -> list[dict[str, Any]]:
        """The parts in the order of their numbers."""
        found = [one for one in self.state.all(_PART) if one["uploadId"] == upload_id]
        return sorted(found, key=lambda one: int(one["partNumber"]))

    def remove(self, upload_id: str, *, but: frozenset[str] = frozenset()) -> None:
        """Forgets an upload and its parts, and the bytes of all parts but those in blobs of these names."""
        for part in self.parts(upload_id):
            if part["blob"] not in but:
                self._remove_bytes(part)
            self.state.delete(_PART, f"{upload_id}/{part['partNumber']}")
        self.state.delete(_UPLOAD, upload_id)

    def _remove_bytes(self, part: dict[str, Any]) -> None:
        (self.state.blobs / part["blob"]).unlink(missing_ok=True)
