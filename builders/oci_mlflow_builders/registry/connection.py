"""One repository of a registry, by the calls of the OCI distribution specification.

The protocol is python-dxf's; see docs/decisions for why. It is imported late, as it imports requests.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any, cast

import requests
from dxf import DXF, hash_bytes

from oci_mlflow_builders.registry.faults import TIMEOUT
from oci_mlflow_builders.registry.hosts import is_loopback

_CREATED = 201
#: Kinds of manifests that an image may have, and of the lists that name one for each platform.
_ACCEPT = (
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json"
)
_PIECE = 1 << 20


class Connection(DXF):
    """The calls of one thread; what goes wrong is raised as requests and DXF raise it.

    Registries on this machine are spoken to without TLS, as Docker does; then DXF refuses to log in by itself, so
    `answer` has to.
    """

    def __init__(self, address: str, repository: str, answer: Callable[[Connection, requests.Response], None]) -> None:
        super().__init__(
            address,
            repository,
            auth=answer,  # type: ignore[arg-type]  # it is called with this object
            insecure=is_loopback(address),
            timeout=TIMEOUT,  # type: ignore[arg-type]  # requests takes two as well
        )

    def __enter__(self) -> Connection:  # noqa: PYI034 - typing.Self is newer than Python 3.10
        super().__enter__()
        # else requests would take logins of ~/.netrc for those that were asked for
        self.session.auth = _as_it_is
        return self

    @property
    def session(self) -> requests.Session:
        """What all calls of the context share."""
        return cast("requests.Session", self._sessions[0])

    def show_password(self, username: str, password: str) -> None:
        """Sends them with every call from now on."""
        shown = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {shown}"}

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:  # noqa: ANN401 - as of requests
        return cast("requests.Response", self._request(method, path, **more))  # type: ignore[no-untyped-call]

    def manifest(self, tag_or_digest: str) -> tuple[bytes, str]:
        """The manifest or index of that tag or digest, and what kind it says it is."""
        answer = self._ask("get", f"manifests/{tag_or_digest}", headers={"Accept": _ACCEPT})
        return answer.content, answer.headers.get("Content-Type", "").partition(";")[0]

    def manifest_digest(self, tag: str) -> str:
        """The digest of what the tag names; empty where the registry does not say."""
        answer = self._ask("head", f"manifests/{tag}", headers={"Accept": _ACCEPT})
        return str(answer.headers.get("Docker-Content-Digest", ""))

    def put_manifest(self, tag: str, manifest: bytes, kind: str) -> str:
        """Lets the tag name the manifest; returns its digest."""
        self._ask("put", f"manifests/{tag}", data=manifest, headers={"Content-Type": kind})
        return str(hash_bytes(manifest))

    def has_blob(self, digest: str) -> bool:
        """Whether the repository has it."""
        try:
            self.blob_size(digest)
        except requests.HTTPError as fault:
            if fault.response is not None and fault.response.status_code == requests.codes.not_found:
                return False
            raise
        return True

    def mounted(self, digest: str, other_repository: str) -> bool:
        """Lets this repository have the blob of another one of the same registry; False where that is not possible."""
        answer = self._ask("post", "blobs/uploads/", params={"mount": digest, "from": other_repository})
        return bool(answer.status_code == _CREATED)

    def upload(self, digest: str, stream: Iterable[bytes]) -> None:
        """Sends the blob from its first byte to its last in one request."""
        self.push_blob(data=stream, digest=digest, check_exists=False)

    def download(self, digest: str) -> Iterable[bytes]:
        """The blob in pieces; the end raises where they are not what the digest says."""
        pieces: Any = self.pull_blob(digest, chunk_size=_PIECE)
        return pieces  # type: ignore[no-any-return]


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
