"""A pack that is to be published: a file, or one that is still being made."""

from __future__ import annotations

import hashlib
import secrets

import attrs

from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, PackManifest, StoredPack
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import ListedPart, Uploads
from oci_mlflow_plugin.adapters.oci.object_storage.parts import BytesPart, FilePart, Part, parts_of_file
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes


@attrs.frozen(kw_only=True)
class Publishing:
    """What is to be published, where, and how. A pack that is still being made has neither sha256 nor bytes here."""

    bucket: Bucket
    location: ObjectLocation
    #: Fits into a header.
    manifest: PackManifest
    lock: Lock | None
    sizes: Sizes
    #: Equal for publishers whose parts and metadata are equal.
    content: str
    #: Empty for a pack that is being made.
    sha256: str = ""
    #: Bytes; None for a pack that is being made.
    size: int | None = None
    #: All of the pack; None for one that is being made.
    whole: Part | None = None
    parts: tuple[Part, ...] = ()

    @property
    def in_one_call(self) -> bool:
        """Whether no multipart upload is needed."""
        return self.whole is not None and self.sizes.is_one_call(self.whole.size)

    @property
    def uploads(self) -> Uploads:
        """The multipart uploads to the location."""
        return Uploads(self.bucket, self.location.path)

    def could_be(self, part: ListedPart) -> bool:
        """Whether it is a part of this pack, as far as that is known."""
        if self.whole is None:
            return part.size <= self.sizes.part_of_stream
        ours = {each.number: each for each in self.parts}
        return part.number in ours and part.is_of(ours[part.number])


def publishing_of_file(bucket: Bucket, location: ObjectLocation, pack: PackFile, sizes: Sizes) -> Publishing:
    """A pack that is a file."""
    part = sizes.part_of(pack.size)
    return Publishing(
        bucket=bucket,
        location=location,
        manifest=pack.manifest,
        lock=pack.lock,
        sizes=sizes,
        content=_content(pack.sha256, part, pack.manifest),
        sha256=pack.sha256,
        size=pack.size,
        whole=FilePart(1, pack.path, 0, pack.size),
        parts=tuple(parts_of_file(pack.path, pack.size, part)),
    )


def publishing_of_stream(
    bucket: Bucket, location: ObjectLocation, manifest: PackManifest, lock: Lock | None, sizes: Sizes
) -> Publishing:
    """A pack that is being made; one of the same lock is expected to have the same bytes."""
    identity = lock.digest if lock else secrets.token_hex(32)
    content = _content(f"lock {identity}", sizes.part_of_stream, manifest)
    return Publishing(bucket=bucket, location=location, manifest=manifest, lock=lock, sizes=sizes, content=content)


def made(publishing: Publishing, content: bytes, sha256: str) -> Publishing:
    """A pack that was being made, and turned out to be so small that it goes in one call."""
    return attrs.evolve(
        publishing,
        content=_content(sha256, len(content), publishing.manifest),
        sha256=sha256,
        size=len(content),
        whole=BytesPart(1, content),
    )


def _content(identity: str, part: int, manifest: PackManifest) -> str:
    return hashlib.sha256(f"{identity} {part} {manifest.to_json()}".encode()).hexdigest()


def stored_by(publishing: Publishing) -> StoredPack:
    """The pack as it is published, when all of it is known."""
    if publishing.size is None:
        raise AssertionError(publishing)
    return StoredPack(
        location=publishing.location,
        manifest=publishing.manifest,
        size=publishing.size,
        sha256=publishing.sha256,
    )
