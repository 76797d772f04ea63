"""Images of a few files, made by hand and pushed over the registry's API."""

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

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_CONFIGURATION = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


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

    def image(
        self,
        tag: str,
        layers: Sequence[bytes],
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
        described = [{"mediaType": _LAYER, "digest": digest_of(one), "size": len(one)} for one in layers]
        of = {"mediaType": _CONFIGURATION, "digest": digest_of(configuration), "size": len(configuration)}
        plain = {"schemaVersion": 2, "mediaType": MANIFEST, "config": of, "layers": described}
        return self.manifest(tag, plain, MANIFEST)

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

    def _blob(self, content: bytes) -> None:
        place = self.ask("POST", "blobs/uploads/").headers["Location"]
        put = requests.put(place, params={"digest": digest_of(content)}, data=content, auth=self._login, timeout=30)
        put.raise_for_status()

    @property
    def _login(self) -> tuple[str, str]:
        return self.registry.user, self.registry.password

    def _url(self, path: str) -> str:
        return f"http://{self.registry.address}/v2/{self.repository}/{path}"
