"""The compressed stream that a pack is written to."""

from __future__ import annotations

import hashlib
from types import TracebackType

from isal import igzip_threaded

from oci_mlflow_core.ports.byte_sink import ByteSink

#: Of isal's four levels the one that is as small as gzip's own level 4 within a tenth, at many times its speed.
LEVEL = 3
_THREADS = 2
_BLOCK = 1 << 20


class HashingSink:
    """Hands bytes on, and knows the SHA-256 and size of all that it was given."""

    def __init__(self, into: ByteSink) -> None:
        self._into = into
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Hands on and counts."""
        self._into.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here (what writing a gzip stream asks for)."""

    @property
    def sha256(self) -> str:
        """Of everything that was written so far."""
        return self._digest.hexdigest()


class CompressedOutput:
    """One gzip member, without name or time, compressed by several threads; the same input gives the same bytes."""

    def __init__(self, into: ByteSink) -> None:
        self._sink = HashingSink(into)
        self._gzip = igzip_threaded.open(  # type: ignore[no-untyped-call]
            self._sink,
            "wb",
            compresslevel=LEVEL,
            threads=_THREADS,
            block_size=_BLOCK,
        )
        self._position = 0

    def write(self, data: bytes) -> int:
        """Compresses what it is given."""
        self._gzip.write(data)
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        """Bytes that were given so far (what `tarfile` asks for)."""
        return self._position

    def __enter__(self) -> CompressedOutput:  # noqa: PYI034 - typing.Self is newer than Python 3.10
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gzip.close()

    @property
    def sha256(self) -> str:
        """Of the compressed bytes, once it is closed."""
        return self._sink.sha256

    @property
    def size(self) -> int:
        """Compressed bytes, once it is closed."""
        return self._sink.size
