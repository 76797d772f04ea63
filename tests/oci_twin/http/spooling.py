"""Bodies as they come in: hashed on the way, kept in memory while small, in a file otherwise."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

# What is larger goes into a file.
IN_MEMORY = 256 * 1024


@frozen
class Spooled:
    """A body that was received to its end.

    Attributes:
        file: Where it lies unless it is in memory.
        sha256: Empty for a body in a file whose sender did not ask for this digest.
    """

    body: BinaryIO
    length: int
    md5: bytes
    sha256: bytes
    file: Path | None

    def discard(self) -> None:
        """Closes the body, and removes its file unless it was moved away."""
        self.body.close()
        if self.file is not None:
            self.file.unlink(missing_ok=True)


class Spool:
    """Takes a body in chunks.

    Args:
        path: The file that is made once the body is large.
        wants_sha256: Whether the SHA-256 of a large body is asked for too.
    """

    def __init__(self, path: Path, *, wants_sha256: bool) -> None:
        self._path = path
        self._memory = io.BytesIO()
        self._file: BinaryIO | None = None
        self._length = 0
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self._wants_sha256 = wants_sha256

    def write(self, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:
            self._write(chunk)

    def finish(self) -> Spooled:
        body: BinaryIO = self._file or self._memory
        body.flush()
        body.seek(0)
        whole = self._file is None or self._wants_sha256
        path = None if self._file is None else self._path
        return Spooled(body, self._length, self._md5.digest(), self._sha256.digest() if whole else b"", path)

    def _write(self, chunk: bytes) -> None:
        self._length += len(chunk)
        self._md5.update(chunk)
        if self._file is None and self._length > IN_MEMORY:
            self._file = self._path.open("w+b")
            self._file.write(self._memory.getvalue())
        if self._file is None or self._wants_sha256:
            self._sha256.update(chunk)
        (self._file or self._memory).write(chunk)
