"""The artifact's bytes on their way: counted and digested while they are read, nothing kept."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.ports.progress_sink import Step

#: Bytes that are read at once; the HTTP library asks for 16 kB, which costs time.
_BLOCK = 1 << 18


class ArtifactBody:
    """What the SDK is given to send.

    It has a length, so that the SDK neither looks for a file behind it nor reads it into memory to learn how long it
    is, and it can be iterated, by which ``requests`` knows a stream.
    """

    def __init__(self, artifact: RuntimeArtifact, stream: BinaryIO, step: Step) -> None:
        self._artifact = artifact
        self._stream = stream
        self._step = step
        self._read = 0
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        #: What went wrong on this side, which the HTTP library would call a broken connection.
        self.fault: Exception | None = None

    def __len__(self) -> int:
        return self._artifact.size

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")

    def read(self, _size: int = -1) -> bytes:
        """The next block; empty at the end."""
        try:
            block = self._next()
        except Exception as fault:
            self.fault = fault
            raise
        self._read += len(block)
        self._sha256.update(block)
        self._md5.update(block)
        if block:
            self._step.moved(self._read, self._artifact.size)
        return block

    def _next(self) -> bytes:
        left = self._artifact.size - self._read
        block = self._stream.read(min(_BLOCK, left))
        if left and not block:
            raise changed(self._artifact, f"it ended after {self._read} of {self._artifact.size} bytes")
        return block

    @property
    def md5(self) -> str:
        """Of what was read, as Content-MD5 holds it (RFC 1864)."""
        return base64.b64encode(self._md5.digest()).decode("ascii")

    def check(self) -> None:
        """Returns when the artifact was read whole, and is what its digest says.

        Raises:
            InvalidRequestError: It is not.
        """
        if self._sha256.hexdigest() != self._artifact.sha256:
            raise changed(self._artifact, f"its SHA-256 is {self._sha256.hexdigest()}")


def changed(artifact: RuntimeArtifact, how: str) -> InvalidRequestError:
    """The error for an artifact whose files were written to meanwhile."""
    return InvalidRequestError(
        f"the runtime artifact with SHA-256 {artifact.sha256} changed while it was read: {how}",
        "Run the command again when nobody writes to the model's files.",
    )


def md5_of(artifact: RuntimeArtifact) -> str:
    """Its MD5 as Content-MD5 holds it; reads the whole."""
    digest = hashlib.md5(usedforsecurity=False)
    with artifact.open() as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return base64.b64encode(digest.digest()).decode("ascii")
