"""What an image in a registry is made of: its manifest for a platform, its configuration, its layers.

Source: the OCI image specification, "Image Manifest", "Image Index" and "Image Configuration"; Docker's "Image Manifest
Version 2, Schema 2", whose fields are the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import attrs

from oci_mlflow_builders.registry.repository import Manifest, Repository
from oci_mlflow_core.errors import ServiceError

_INDEXES: Final = frozenset(
    {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"}
)


@attrs.frozen(kw_only=True)
class ReadImage:
    """An image for one platform."""

    #: Of what the reference names: the image's own manifest, or an index that has it.
    named_digest: str
    #: Of the image's own manifest.
    digest: str
    manifest: Mapping[str, Any] = attrs.field(repr=False)
    configuration: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def layers(self) -> list[Mapping[str, Any]]:
        """Their descriptors, the lowest first."""
        found: list[Mapping[str, Any]] = self.manifest["layers"]
        return found

    @property
    def platform(self) -> str:
        """``linux/amd64`` and the like."""
        return f"{self.configuration.get('os') or 'linux'}/{self.configuration.get('architecture') or 'unknown'}"


def read_image(repository: Repository, tag_or_digest: str, platform: str) -> ReadImage | None:
    """The image of that name, or None where there is none.

    Where an index has images for several platforms, it is the one for `platform` (``linux/amd64``); where it has none
    for that, the first one for Linux.

    Raises:
        ServiceError: What is there is no image, or as in `Repository.call`.
    """
    named = repository.manifest(tag_or_digest)
    if named is None:
        return None
    found = named
    if named.kind in _INDEXES:
        chosen = _chosen(_plain(repository, named).get("manifests"), platform)
        image = repository.manifest(chosen) if chosen else None
        if image is None:
            raise _no_image(repository, "its index names no image that is there")
        found = image
    manifest = _plain(repository, found)
    try:
        configuration = json.loads(repository.small_blob(manifest["config"]["digest"]))
        [(layer["digest"], int(layer["size"])) for layer in manifest["layers"]]
    except (KeyError, TypeError, ValueError) as fault:
        raise _no_image(repository, f"its manifest is of the kind '{found.kind}'") from fault
    if not isinstance(configuration, dict):
        raise _no_image(repository, "it has no configuration")
    return ReadImage(named_digest=named.digest, digest=found.digest, manifest=manifest, configuration=configuration)


def _chosen(entries: Any, platform: str) -> str | None:  # noqa: ANN401 - JSON
    listed = {
        f"{of.get('os')}/{of.get('architecture')}": str(entry["digest"])
        for entry in reversed(entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(of := entry.get("platform"), dict) and entry.get("digest")
    }
    on_linux = [digest for name, digest in reversed(listed.items()) if name.startswith("linux/")]
    return listed.get(platform) or next(iter(on_linux), None)


def _plain(repository: Repository, manifest: Manifest) -> dict[str, Any]:
    try:
        plain = json.loads(manifest.content)
    except ValueError as fault:
        raise _no_image(repository, "its manifest is not JSON") from fault
    if not isinstance(plain, dict):
        raise _no_image(repository, "its manifest is not a mapping")
    return plain


def _no_image(repository: Repository, why: str) -> ServiceError:
    return ServiceError(f"what lies in {repository.registry}/{repository.name} is not a container image: {why}")
