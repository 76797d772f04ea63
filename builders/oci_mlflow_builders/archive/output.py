"""The compressed stream that a pack is written to."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from isal import igzip_threaded

#: Of isal's four levels the one that is as small as gzip's own level 4 within a tenth, at many times its speed.
LEVEL = 3
_THREADS = 2
_BLOCK = 1 << 20


class HashingFile:
    """A file that is only written to, and knows the SHA-256 and size of what was written."""

    def __init__(self, path: Path) -> None:
        self._stream: BinaryIO = path.open("wb")
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Writes and counts."""
        self._stream.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Passes on to the system what is buffered."""
        self._stream.flush()

    def close(self) -> None:
        """Ends the file."""
        self._stream.close()

    @property
    def sha256(self) -> str:
        """Of everything that was written so far."""
        return self._digest.hexdigest()


class CompressedOutput:
    """One gzip member, without name or time, compressed by several threads; the same input gives the same bytes."""

    def __init__(self, path: Path) -> None:
        self._file = HashingFile(path)
        self._gzip = igzip_threaded.open(  # type: ignore[no-untyped-call]
            self._file,
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
        try:
            self._gzip.close()
        finally:
            self._file.close()

    @property
    def sha256(self) -> str:
        """Of the compressed file, once it is closed."""
        return self._file.sha256

    @property
    def size(self) -> int:
        """Bytes of the compressed file, once it is closed."""
        return self._file.size
