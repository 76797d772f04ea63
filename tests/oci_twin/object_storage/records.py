"""What is remembered of an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import asdict, evolve, frozen

from oci_twin import ids

# Headers that are kept with an object and sent with it.
CONTENT_HEADERS = ("content-type", "content-encoding", "content-language", "content-disposition", "cache-control")


@frozen
class Segment:
    """A part of an object's bytes: the name of a blob, and how many of its first bytes."""

    blob: str
    size: int


@frozen
class StoredObject:
    """One object.

    Attributes:
        segments: Its bytes, in their order.
        digest: ``content-md5`` of what was put at once, ``opc-multipart-md5`` of what came in parts.
        metadata: ``opc-meta-*``, with their prefix.
        headers: Its content headers.
    """

    bucket: str
    name: str
    segments: tuple[Segment, ...]
    digest: str
    metadata: Mapping[str, str]
    headers: Mapping[str, str]
    time_created: str
    time_modified: str
    in_parts: bool = False
    etag: str = ""
    version_id: str = ""
    storage_tier: str = "Standard"

    @property
    def size(self) -> int:
        return sum(segment.size for segment in self.segments)

    def renewed(self) -> StoredObject:
        return evolve(self, etag=ids.etag(), version_id=ids.etag())

    def to_document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> StoredObject:
        segments = tuple(Segment(**segment) for segment in document["segments"])
        return cls(**{**document, "segments": segments})
