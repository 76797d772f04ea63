"""Where the objects of a bucket lie on this machine."""

from __future__ import annotations

from pathlib import Path

import attrs

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation

#: Stands for the namespace where a location names none.
_OWN_NAMESPACE = "_"
#: What lies beside a pack is called as the pack, with one of these behind.
MANIFEST, LOCK, SHA256 = ".manifest.json", ".lock", ".sha256"


@attrs.frozen
class PackFiles:
    """A pack and what lies beside it in the same folder; only the pack has to be there."""

    pack: Path

    @property
    def manifest(self) -> Path:
        """JSON, as in the ``opc-meta-manifest`` of an object."""
        return self._beside(MANIFEST)

    @property
    def lock(self) -> Path:
        """The lock that the pack was built from."""
        return self._beside(LOCK)

    @property
    def sha256(self) -> Path:
        """A line as ``sha256sum`` writes and checks it."""
        return self._beside(SHA256)

    @property
    def beside(self) -> tuple[Path, Path, Path]:
        """All that is not the pack itself."""
        return self.manifest, self.lock, self.sha256

    def _beside(self, ending: str) -> Path:
        return self.pack.with_name(self.pack.name + ending)


def path_of(buckets: Path, location: ObjectLocation) -> Path:
    """``<buckets>/<namespace>/<bucket>/<path>``; the namespace is ``_`` where the location names none.

    Raises:
        PackStoreError: The location has a part that is not a name on this machine.
    """
    path = bucket_of(buckets, location).joinpath(*location.path.split("/"))
    if "\0" in location.path:
        raise PackStoreError(str(location).replace("\0", "�"), "a path cannot hold a NUL character")
    return path


def pack_path(buckets: Path, location: ObjectLocation) -> Path:
    """`path_of` for a location that is a pack's own.

    Raises:
        PackStoreError: The location cannot be that of a pack.
    """
    if not location.path:
        raise PackStoreError(str(location), "this is a bucket, not a pack", "Add the path of the pack.")
    for ending in (MANIFEST, LOCK, SHA256):
        if location.name.endswith(ending):
            pack = location.name.removesuffix(ending)
            raise PackStoreError(
                str(location),
                f"a name that ends in '{ending}' belongs to a file beside a pack",
                f"Did you mean '{pack}'?",
            )
    return path_of(buckets, location)


def bucket_of(buckets: Path, location: ObjectLocation) -> Path:
    """The folder that is the bucket.

    Raises:
        PackStoreError: The bucket or the namespace is called '.' or '..'.
    """
    namespace = location.namespace or _OWN_NAMESPACE
    for name, kind in ((location.bucket, "bucket"), (namespace, "namespace")):
        if name in {".", ".."} or "\0" in name:
            raise PackStoreError(str(location).replace("\0", "�"), f"no {kind} has that name")
    return buckets / namespace / location.bucket
