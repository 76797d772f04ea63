"""Bytes that a resource keeps, and how they are handed out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import TwinClock, http_date
from oci_twin.http.answer import file_chunks
from oci_twin.http.call import Call, Reply
from oci_twin.object_storage.ranges import requested_range
from oci_twin.state import State


@attrs.frozen
class Content:
    """Stored bytes.

    Attributes:
        blob: The name of their file among the blobs.
        md5: As ``Content-MD5`` has it, base64.
    """

    blob: str
    length: int
    md5: str
    disposition: str
    modified: str
    etag: str

    def reply(self, call: Call, state: State) -> Reply:
        """The bytes, or those that ``Range`` asks for; a HEAD gets the headers.

        Raises:
            Refusal: 416, there are no bytes in the range.
        """
        headers = {
            "etag": self.etag,
            "content-disposition": self.disposition,
            "content-md5": self.md5,
            "last-modified": self.modified,
            "content-type": "application/octet-stream",
        }
        if call.method == "HEAD":
            return Reply(headers={**headers, "content-length": str(self.length)})
        path = state.blobs / self.blob
        wanted = call.headers.get("range")
        if wanted is None:
            return Reply(body=path, headers=headers)
        start, length = requested_range(wanted, self.length)
        ranged = {"content-range": f"bytes {start}-{start + length - 1}/{self.length}", "content-length": str(length)}
        return Reply(206, body=file_chunks(path, start, length), headers={**headers, **ranged})


def received(call: Call, state: State, clock: TwinClock, file_name: str) -> Content:
    """Keeps the body of a call."""
    blob = state.new_blob()
    call.save(blob)
    disposition = call.headers.get("content-disposition") or f'attachment; filename="{file_name}"'
    return Content(blob.name, call.length, _base64(call.md5), disposition, http_date(clock.now()), ids.etag())


def stored(blob: Path, digest: bytes, clock: TwinClock, file_name: str) -> Content:
    """A file that lies among the blobs already."""
    disposition = f'attachment; filename="{file_name}"'
    size = blob.stat().st_size
    return Content(blob.name, size, _base64(digest), disposition, http_date(clock.now()), ids.etag())


def content_from(document: Mapping[str, Any] | None) -> Content | None:
    return None if document is None else Content(**document)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
