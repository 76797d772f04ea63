"""Zstandard frames without compression, which need no library to write.

Source: RFC 8878. Tests read what they install once, so that compressing it would only cost time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_MAGIC = 0xFD2FB528
#: No checksum, no dictionary, no content size; what follows is a window of 2**(10 + 7) bytes.
_DESCRIPTOR, _WINDOW = 0, 7 << 3
_HEADER = struct.pack("<IBB", _MAGIC, _DESCRIPTOR, _WINDOW)
#: The most that a block may hold: what the window does.
_BLOCK = 1 << 17
_LAST, _RAW = 1, 0


def stored(data: bytes) -> bytes:
    """The data as one frame of raw blocks."""
    return _HEADER + b"".join(_blocks(data))


def content_of(frame: bytes) -> bytes:
    """What `stored` was given."""
    pieces, position = [], len(_HEADER)
    while position < len(frame):
        size = int.from_bytes(frame[position : position + 3], "little") >> 3
        pieces.append(frame[position + 3 : position + 3 + size])
        position += 3 + size
    return b"".join(pieces)


def _blocks(data: bytes) -> Iterator[bytes]:
    starts = range(0, max(len(data), 1), _BLOCK)
    for start in starts:
        piece = data[start : start + _BLOCK]
        last = _LAST if start == starts[-1] else 0
        yield (len(piece) << 3 | _RAW << 1 | last).to_bytes(3, "little") + piece
