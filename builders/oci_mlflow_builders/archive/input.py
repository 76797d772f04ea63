"""The streams that a pack or an archive is read from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from isal import igzip_threaded

_BLOCK = 1 << 20


class CompressedInput:
    """The decompressed bytes of a gzip file, read forward, decompressed in a thread of their own."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._gzip = igzip_threaded.open(self._file, "rb", threads=1, block_size=_BLOCK)  # type: ignore[no-untyped-call]
        self._position = 0
        #: Bytes of the file.
        self.compressed_size = path.stat().st_size

    def read(self, size: int) -> bytes:
        """That many bytes, fewer only at the end."""
        data: bytes = self._gzip.read(size)
        self._position += len(data)
        return data

    def tell(self) -> int:
        """Decompressed bytes that were read so far (what `tarfile` asks for)."""
        return self._position

    @property
    def compressed_position(self) -> int:
        """Bytes of the file that were read so far, some of them ahead."""
        return self._file.tell()

    def __enter__(self) -> CompressedInput:  # noqa: PYI034 - typing.Self is newer than Python 3.10
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gzip.close()
        self._file.close()


class PiecewiseInput:
    """The bytes of an uncompressed archive that arrives in pieces of any size."""

    #: Nobody says it beforehand.
    compressed_size = None

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._ahead = b""
        self._position = 0

    def read(self, size: int) -> bytes:
        """That many bytes, fewer only at the end."""
        parts: list[bytes] = []
        missing = size
        while missing:
            self._ahead = self._ahead or next(self._pieces, b"")
            if not self._ahead:
                break
            parts.append(self._ahead[:missing])
            self._ahead = self._ahead[missing:]
            missing -= len(parts[-1])
        self._position += size - missing
        return b"".join(parts)

    def tell(self) -> int:
        """Bytes that were read so far (what `tarfile` asks for)."""
        return self._position

    @property
    def compressed_position(self) -> int:
        """Bytes that were read so far."""
        return self._position
