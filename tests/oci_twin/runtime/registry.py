"""The registry that stands for OCIR: whether an image is there, under its tag and by its digest.

Source: the distribution specification of the Open Container Initiative, "Pulling manifests", and its image
specification for what a manifest, an index and a configuration say.
"""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import attrs

from oci_twin.runtime.failing import CannotServe

#: Source: OCI documentation, "Bring your own container": the largest image.
MAX_BYTES = 16 * 10**9
_REFERENCE = re.compile(r"[^/]+/(?P<repository>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]{64}))?")
_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
_MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
_SECONDS = 30


@attrs.frozen
class Found:
    """An image that is there."""

    #: Where an engine pulls it from.
    reference: str
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]


@attrs.frozen
class Registry:
    """A registry that holds the images of every ``<region>.ocir.io``.

    Args:
        url: Such as ``http://user:password@127.0.0.1:5000``.
    """

    url: str = attrs.field(repr=False)

    @property
    def address(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def login(self) -> dict[str, str] | None:
        """As engines take it."""
        parts = urlsplit(self.url)
        return None if parts.username is None else {"username": parts.username, "password": parts.password or ""}

    def find(self, image: str, digest: str | None, architecture: str) -> Found:
        """The image by its digest.

        Args:
            image: As the deployment names it, ``<region>.ocir.io/<namespace>/<repository>:<tag>``.
            digest: The ``imageDigest`` of the deployment.
            architecture: Of the deployment's shape, ``amd64`` or ``arm64``.

        Raises:
            CannotServe: It is not there, its tag means another digest, it is for other machines, or it is too large.
        """
        named = _REFERENCE.fullmatch(image)
        if named is None:
            raise CannotServe(f"image not accessible: {image}")
        repository, wanted = named["repository"], digest or named["digest"]
        here = self._manifest(image, repository, named["tag"] or wanted or "latest")
        if wanted is not None and here.digest != wanted:
            self._manifest(image, repository, wanted)
            raise CannotServe(
                f"image not accessible: {image}: the tag means {here.digest}, and imageDigest is {wanted}"
            )
        manifest = self._of_architecture(image, repository, here, architecture)
        config = self._json(image, f"/v2/{repository}/blobs/{manifest['config']['digest']}", "*/*")
        _check(image, manifest, config.document, architecture)
        said = config.document.get("config") or {}
        return Found(
            f"{self.address}/{repository}@{here.digest}",
            tuple(said.get("Entrypoint") or ()),
            tuple(said.get("Cmd") or ()),
        )

    def _of_architecture(self, image: str, repository: str, here: _Answer, architecture: str) -> dict[str, Any]:
        """The manifest for the machines in question, of those that an index lists."""
        if here.kind not in _INDEXES:
            return here.document
        listed = here.document["manifests"]
        fitting = [one for one in listed if (one.get("platform") or {}).get("architecture") == architecture]
        if not fitting:
            raise CannotServe(f"the image {image} is not for {architecture}, which the deployment's shape is")
        return self._manifest(image, repository, fitting[0]["digest"]).document

    def _manifest(self, image: str, repository: str, tag_or_digest: str) -> _Answer:
        accepted = ", ".join((*_MANIFESTS, *_INDEXES))
        return self._json(image, f"/v2/{repository}/manifests/{tag_or_digest}", accepted)

    def _json(self, image: str, path: str, accepted: str) -> _Answer:
        request = urllib.request.Request(f"http://{self.address}{path}", headers={"Accept": accepted})
        if self.login is not None:
            secret = base64.b64encode(f"{self.login['username']}:{self.login['password']}".encode()).decode()
            request.add_header("Authorization", f"Basic {secret}")
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - a test names it
                content = answer.read()
                return _Answer(
                    answer.headers.get("Docker-Content-Digest", ""),
                    answer.headers.get_content_type(),
                    json.loads(content),
                )
        except urllib.error.HTTPError as refusal:
            refusal.close()
        except OSError as fault:
            raise CannotServe(f"image not accessible: {image}: the registry does not answer") from fault
        raise CannotServe(f"image not accessible: {image}")


@attrs.frozen
class _Answer:
    digest: str
    kind: str
    document: dict[str, Any]


def _check(image: str, manifest: dict[str, Any], config: dict[str, Any], architecture: str) -> None:
    if config.get("architecture") != architecture:
        raise CannotServe(
            f"the image {image} is for {config.get('architecture')}, and the deployment's shape for {architecture}"
        )
    size = sum(layer["size"] for layer in manifest["layers"])
    if size > MAX_BYTES:
        raise CannotServe(f"the image {image} has {size} bytes, more than {MAX_BYTES}")
