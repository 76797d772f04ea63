"""What the metadata of a pack's object says, and what is written there."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation, PackManifest, StoredPack

#: Bytes of the manifest at most, so that all metadata stay below 4000. OCI's documentation does not say how much an
#: object may have; HTTP servers commonly take headers of 8 kB in all.
MOST_MANIFEST = 3800
_PREFIX = "opc-meta-"
_MANIFEST, _SHA256, _PUBLICATION = "manifest", "sha256", "publication"


@attrs.frozen(kw_only=True)
class PackObject:
    """The object of a pack as HEAD shows it."""

    location: ObjectLocation
    headers: Mapping[str, str] = attrs.field(repr=False)

    @property
    def etag(self) -> str:
        """Another one after every write."""
        return self.headers["etag"]

    @property
    def size(self) -> int:
        """Bytes."""
        return int(self.headers["content-length"])

    @property
    def md5(self) -> str | None:
        """Content-MD5; None for an object that came in parts."""
        return self.headers.get("content-md5")

    @property
    def publication(self) -> str | None:
        """Of this project's publisher; None for one of another's."""
        return self.headers.get(f"{_PREFIX}{_PUBLICATION}")

    @property
    def sha256(self) -> str | None:
        """Of the pack; None where its publisher did not say it here (`looking.sha256_of` looks beside it too)."""
        return self.headers.get(f"{_PREFIX}{_SHA256}")

    @property
    def stored(self) -> StoredPack:
        """The pack. One without a manifest is called as its object, and its Python is not known.

        Raises:
            PackStoreError: Its manifest makes no sense.
        """
        text = self.headers.get(f"{_PREFIX}{_MANIFEST}")
        return StoredPack(
            location=self.location,
            manifest=_unsaid(self.location) if text is None else _manifest(self.location, text),
            size=self.size,
            sha256=self.sha256,
        )


def object_metadata(manifest: PackManifest, sha256: str, publication: str) -> dict[str, str]:
    """What is written with a pack; ``manifest`` is where OCI's notebooks read it, as ADS writes it.

    The sha256 is empty for a pack whose last byte is not known when its upload begins; it lies beside the pack then.
    """
    known = {_SHA256: sha256} if sha256 else {}
    return {_MANIFEST: manifest.to_json(), **known, _PUBLICATION: publication}


def fitting(location: ObjectLocation, manifest: PackManifest) -> PackManifest:
    """The manifest, its description cut so that it fits into a header.

    Raises:
        PackStoreError: It does not fit without any description either.
    """
    while (excess := len(manifest.to_json()) - MOST_MANIFEST) > 0:
        if not manifest.description:
            raise PackStoreError(
                str(location),
                f"the pack's manifest has {excess} bytes more than the {MOST_MANIFEST} that an object's metadata holds",
                "Give the pack a shorter name or version.",
            )
        # a character takes from 1 to 12 bytes in JSON
        kept = len(manifest.description) - max(1, excess // 12)
        manifest = attrs.evolve(manifest, description=manifest.description[: max(0, kept)])
    return manifest


def _manifest(location: ObjectLocation, text: str) -> PackManifest:
    try:
        return PackManifest.from_json(text)
    except ValueError as fault:
        raise PackStoreError(
            str(location),
            f"its opc-meta-manifest cannot be understood: {fault}",
            "Publish the pack again with overwrite: true, or name another pack.",
        ) from fault


def _unsaid(location: ObjectLocation) -> PackManifest:
    return PackManifest(name=location.name, version="1", slug=location.name, python="", created_by="")
