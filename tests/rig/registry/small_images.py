"""Images of a few files, made by hand and pushed over the registry's API: no engine is needed to have one there.

Source: distribution specification of the Open Container Initiative, "Pushing blobs" and "Pushing manifests".
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import requests

from rig.registry.running import Registry


@attrs.frozen
class Kinds:
    """Media types of the parts of an image."""

    manifest: str
    configuration: str
    layer: str


DOCKER = Kinds(
    manifest="application/vnd.docker.distribution.manifest.v2+json",
    configuration="application/vnd.docker.container.image.v1+json",
    layer="application/vnd.docker.image.rootfs.diff.tar.gzip",
)
OCI = Kinds(
    manifest="application/vnd.oci.image.manifest.v1+json",
    configuration="application/vnd.oci.image.config.v1+json",
    layer="application/vnd.oci.image.layer.v1.tar+gzip",
)
MANIFEST = DOCKER.manifest
INDEX = "application/vnd.oci.image.index.v1+json"


def layer_of(files: Mapping[str, bytes]) -> bytes:
    """A layer with the files, compressed."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@attrs.frozen
class Pusher:
    """Pushes to one repository of a registry."""

    registry: Registry
    repository: str
    kinds: Kinds = DOCKER

    def image(
        self,
        tag: str,
        layers: Sequence[bytes] = (layer_of({}),),
        *,
        architecture: str = "amd64",
        config: Mapping[str, Any] | None = None,
    ) -> str:
        """Pushes an image; returns its digest."""
        configuration = json.dumps(
            {
                "os": "linux",
                "architecture": architecture,
                "config": dict(config or {}),
                "rootfs": {"type": "layers", "diff_ids": [digest_of(gzip.decompress(layer)) for layer in layers]},
            }
        ).encode()
        for blob in (*layers, configuration):
            self._blob(blob)
        described = [_described(self.kinds.layer, one) for one in layers]
        of = _described(self.kinds.configuration, configuration)
        plain = {"schemaVersion": 2, "mediaType": self.kinds.manifest, "config": of, "layers": described}
        return self.manifest(tag, plain, self.kinds.manifest)

    def index(self, tag: str, digests: Mapping[str, str]) -> str:
        """Pushes an index of images that are there, by their architecture; returns its digest."""
        entries = [
            {
                **_described(self.kinds.manifest, self._manifest_of(digest)),
                "platform": {"os": "linux", "architecture": architecture},
            }
            for architecture, digest in digests.items()
        ]
        return self.manifest(tag, {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}, INDEX)

    def manifest(self, tag: str, plain: Mapping[str, Any], kind: str) -> str:
        """Pushes a manifest or index; returns its digest."""
        content = json.dumps(plain).encode()
        self.ask("PUT", f"manifests/{tag}", data=content, headers={"Content-Type": kind})
        return digest_of(content)

    def tags(self) -> list[str]:
        """Those of the repository."""
        answer = requests.get(self._url("tags/list"), auth=self._login, timeout=30)
        return sorted(answer.json().get("tags") or []) if answer.ok else []

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        answer = requests.request(method, self._url(path), auth=self._login, timeout=30, **more)
        answer.raise_for_status()
        return answer

    def _manifest_of(self, digest: str) -> bytes:
        return self.ask("GET", f"manifests/{digest}", headers={"Accept": self.kinds.manifest}).content

    def _blob(self, content: bytes) -> None:
        place = self.ask("POST", "blobs/uploads/").headers["Location"]
        put = requests.put(place, params={"digest": digest_of(content)}, data=content, auth=self._login, timeout=30)
        put.raise_for_status()

    @property
    def _login(self) -> tuple[str, str]:
        return self.registry.user, self.registry.password

    def _url(self, path: str) -> str:
        return f"http://{self.registry.address}/v2/{self.repository}/{path}"


def _described(kind: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": digest_of(content), "size": len(content)}
