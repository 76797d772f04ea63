"""Images of a few bytes, put into a registry by its API alone: no engine is needed to have one there.

Source: distribution specification of the Open Container Initiative, "Pushing blobs" and "Pushing manifests".
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

import attrs

from rig.registry.running import Registry

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


@attrs.frozen
class Pusher:
    """Puts images into one repository."""

    registry: Registry
    repository: str

    def image(
        self, tag: str, *, architecture: str = "amd64", files: Mapping[str, bytes] | None = None, **config: Any
    ) -> str:
        """The digest of an image of one layer with those files; `config` are members such as ``Cmd``."""
        layer = _layer(files or {})
        document = {
            "architecture": architecture,
            "os": "linux",
            "config": config,
            "rootfs": {"type": "layers", "diff_ids": [_digest(gzip.decompress(layer))]},
        }
        return self._manifest(
            tag,
            {
                "schemaVersion": 2,
                "mediaType": _MANIFEST,
                "config": self._blob(_CONFIG, json.dumps(document).encode()),
                "layers": [self._blob(_LAYER, layer)],
            },
        )

    def index(self, tag: str, digests: Mapping[str, str]) -> str:
        """The digest of an index of images that are there, by their architecture."""
        listed = [
            {
                "mediaType": _MANIFEST,
                "digest": digest,
                "size": len(self._manifest_of(digest)),
                "platform": {"os": "linux", "architecture": architecture},
            }
            for architecture, digest in digests.items()
        ]
        return self._manifest(tag, {"schemaVersion": 2, "mediaType": _INDEX, "manifests": listed})

    def _manifest(self, tag: str, document: Mapping[str, Any]) -> str:
        content = json.dumps(document).encode()
        path = f"/v2/{self.repository}/manifests/{tag}"
        self._ask("PUT", path, content, {"Content-Type": str(document["mediaType"])})
        return _digest(content)

    def _manifest_of(self, digest: str) -> bytes:
        return self._ask("GET", f"/v2/{self.repository}/manifests/{digest}", b"", {"Accept": _MANIFEST})[1]

    def _blob(self, kind: str, content: bytes) -> dict[str, Any]:
        digest = _digest(content)
        place, _ = self._ask("POST", f"/v2/{self.repository}/blobs/uploads/", b"", {})
        joined = "&" if "?" in place else "?"
        self._ask("PUT", f"{place}{joined}digest={digest}", content, {"Content-Type": "application/octet-stream"})
        return {"mediaType": kind, "digest": digest, "size": len(content)}

    def _ask(self, method: str, path: str, content: bytes, headers: Mapping[str, str]) -> tuple[str, bytes]:
        """The answer's ``Location`` and body."""
        secret = base64.b64encode(f"{self.registry.user}:{self.registry.password}".encode()).decode()
        connection = http.client.HTTPConnection(self.registry.address, timeout=30)
        connection.request(
            method,
            path.removeprefix(f"http://{self.registry.address}"),
            content,
            {**headers, "Authorization": f"Basic {secret}"},
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {answer.status} {body.decode(errors='replace')}")
        return answer.headers.get("Location", ""), body


def _layer(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
