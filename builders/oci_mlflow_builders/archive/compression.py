"""One gzip member out of blocks that are compressed on their own, by as many threads as there are cores."""

from __future__ import annotations

import os
import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import attrs
from isal import isal_zlib

#: isal's highest level that gives the same bytes on every processor: level 3 depends on its vector instructions.
LEVEL = 2
#: Tables of Huffman codes are made anew more often than by default, which suits libraries.
_MEMORY = 3
#: So many bytes of a block are compressed before the others. isal's loop over a buffer begins a stream by looking for
#: what stands at its third byte under a key that it makes of the stream's address instead of those bytes, so that one
#: of some 30 000 addresses gives other results. What is flushed while it is this short does not reach the loop, which
#: needs 16 bytes, and has a key of its own, which needs 4. See docs/decisions/0013-blocks-of-isal.md.
_BEGINNING = 8
#: Raw deflate: the frame is ours.
_RAW = -15
#: RFC 1952: deflate, no name, no time, unknown system.
_HEADER = bytes.fromhex("1f8b 08 00 00000000 00 ff")
#: An empty last block of deflate's.
_END = b"\x03\x00"
_MOST_THREADS = 8
_Work = TypeVar("_Work")


@attrs.frozen
class Compressed:
    """A block in raw deflate, ending at a byte, that refers to nothing before it."""

    data: bytes
    #: Of what was compressed.
    crc: int
    #: Bytes that were compressed.
    length: int


def compress(data: bytes) -> Compressed:
    """Compresses a block; the result depends on its bytes alone."""
    compressor = isal_zlib.compressobj(level=LEVEL, wbits=_RAW, memLevel=_MEMORY)
    whole, pieces = memoryview(data), []
    for portion in (whole[:_BEGINNING], whole[_BEGINNING:]):
        pieces += [compressor.compress(portion), compressor.flush(isal_zlib.Z_SYNC_FLUSH)]
    return Compressed(b"".join(pieces), isal_zlib.crc32(data), len(data))


_Block = TypeVar("_Block", bound=Compressed)


@attrs.define
class GzipFrame:
    """What stands around and after the blocks."""

    _crc: int = 0
    #: Uncompressed bytes so far.
    length: int = 0

    @property
    def head(self) -> bytes:
        """What comes before the first block."""
        return _HEADER

    def add(self, block: Compressed) -> None:
        """Counts a block that was written."""
        self._crc = isal_zlib.crc32_combine(self._crc, block.crc, block.length)
        self.length += block.length

    @property
    def tail(self) -> bytes:
        """What comes after the last block."""
        return _END + struct.pack("<II", self._crc, self.length & 0xFFFFFFFF)


def in_parallel(make: Callable[[_Work], _Block], work: Iterable[_Work]) -> Iterator[_Block]:
    """The results of `make` in the order of the work; a few are made ahead, so that memory is bounded.

    What `make` raises is raised in its turn; a generator that is closed lets what was begun end, and begins no more.
    """
    threads = min(_cores(), _MOST_THREADS)
    remaining = iter(work)
    with ThreadPoolExecutor(threads, "pack") as pool:
        try:
            pending: deque[Future[_Block]] = deque(pool.submit(make, one) for one in islice(remaining, 2 * threads))
            while pending:
                result = pending.popleft().result()
                pending.extend(pool.submit(make, one) for one in islice(remaining, 1))
                yield result
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
