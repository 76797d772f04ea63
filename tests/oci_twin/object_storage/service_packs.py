"""The bucket of OCI's own conda packs: everybody reads it, nobody of this tenancy writes to it.

Source: the catalogue that ADS reads, ``service_pack/index.json`` in the bucket ``service-conda-packs``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from oci_twin.clock import rfc3339
from oci_twin.object_storage.records import Segment, StoredObject
from oci_twin.object_storage.store import SERVICE_BUCKET, SERVICE_NAMESPACE, ObjectStore, md5_of

_INDEX = "service_pack/index.json"
_KEY = f"{SERVICE_BUCKET}@{SERVICE_NAMESPACE}"


@frozen
class ServicePacks:
    """What OCI publishes."""

    store: ObjectStore

    def add(self, pack: Path, manifest: Mapping[str, Any], *, listed: Mapping[str, Any] | None = None) -> str:
        """Publishes a file as a pack, and lists it.

        Args:
            pack: The file.
            manifest: The object's ``opc-meta-manifest``, with ``name``, ``version``, ``slug`` and ``python``.
            listed: What its entry in the index says beside that.

        Returns:
            Its ``oci://`` URI.
        """
        with self.store.lock:
            name = f"service_pack/cpu/{manifest['name']}/{manifest['version']}/{manifest['slug']}"
            self._put(name, pack, {"opc-meta-manifest": json.dumps(dict(manifest))})
            uri = f"oci://{SERVICE_BUCKET}@{SERVICE_NAMESPACE}/{name}"
            said = {key: manifest[key] for key in ("name", "version", "slug", "python")}
            entries = [*self._entries(), {**said, "pack_path": uri, **(listed or {})}]
            self.publish_index(json.dumps({"service_packs": entries}))
            return uri

    def publish_index(self, text: str) -> None:
        """Makes this the index, whatever it says."""
        with self.store.lock:
            path = self.store.state.new_blob()
            path.write_text(text)
            self._keep(_INDEX, path, {})

    def _entries(self) -> list[Any]:
        known = self.store.read(SERVICE_NAMESPACE, SERVICE_BUCKET, _INDEX)
        return [] if known is None else list(json.loads(known.read_text())["service_packs"])

    def _put(self, name: str, content: Path, metadata: Mapping[str, str]) -> None:
        path = self.store.state.new_blob()
        shutil.copyfile(content, path)
        self._keep(name, path, metadata)

    def _keep(self, name: str, path: Path, metadata: Mapping[str, str]) -> None:
        now = rfc3339(self.store.clock.now())
        segments = (Segment(path.name, path.stat().st_size),)
        self.store.keep(StoredObject(_KEY, name, segments, md5_of(path), metadata, {}, now, now))
