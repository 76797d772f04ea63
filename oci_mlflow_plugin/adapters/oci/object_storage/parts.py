"""The bytes of one call: a part of a file or some bytes in memory, their MD5, and how the SDK reads them."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.object_storage.parallel import Stop
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import ranges

#: Bytes that are read, hashed or sent at once.
BLOCK = 1 << 18
#: Parts are hashed in turn: the first is on its way while the next is hashed, instead of all being ready late.
_ONE_AT_A_TIME = threading.Lock()


class Part(Protocol):
    """Bytes that can be read again and again."""

    @property
    def number(self) -> int:
        """From 1 on."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    def open(self) -> BinaryIO:
        """A stream at the first byte; more bytes than the part's may follow in it."""
        ...


@attrs.frozen
class FilePart:
    """A part of a file."""

    number: int
    path: Path
    offset: int
    size: int

    def open(self) -> BinaryIO:
        """The file, at the part's first byte."""
        stream = self.path.open("rb", buffering=0)
        stream.seek(self.offset)
        return stream


@attrs.frozen
class BytesPart:
    """A part in memory."""

    number: int
    content: bytes

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    def open(self) -> BinaryIO:
        """A stream of the bytes."""
        return io.BytesIO(self.content)


def parts_of_file(path: Path, size: int, part: int) -> list[FilePart]:
    """The parts of a file of `size` bytes."""
    return [FilePart(number, path, *place) for number, place in enumerate(ranges(size, part), start=1)]


def md5_of(part: Part) -> str:
    """Its MD5 as Content-MD5 holds it (RFC 1864): Base64 of the 16 bytes."""
    digest = hashlib.md5(usedforsecurity=False)
    with _ONE_AT_A_TIME, part.open() as stream:
        for block in blocks(stream, part.size):
            digest.update(block)
    return base64.b64encode(digest.digest()).decode("ascii")


def blocks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """The next `size` bytes of the stream.

    Raises:
        InvalidRequestError: There are not as many.
    """
    left = size
    while left:
        block = stream.read(min(BLOCK, left))
        if not block:
            name = getattr(stream, "name", "the stream")
            raise InvalidRequestError(f"{name} became shorter while it was sent")
        left -= len(block)
        yield block


class Body:
    """What the SDK is given to send: of known length, counted while it is read, and cut off when it is not wanted.

    It gives more bytes at a time than it is asked for: the HTTP library asks for 16 kB, which costs time.
    """

    def __init__(self, stream: BinaryIO, size: int, step: SharedStep, stop: Stop) -> None:
        self._blocks = blocks(stream, size)
        self._size = size
        self._step = step
        self._stop = stop
        #: Bytes that were read.
        self.sent = 0

    def __len__(self) -> int:
        return self._size

    def read(self, _size: int = -1) -> bytes:
        """The next block; empty at the end."""
        self._stop.check()
        block = next(self._blocks, b"")
        if block:
            self.sent += len(block)
            self._step.count(len(block))
        return block
