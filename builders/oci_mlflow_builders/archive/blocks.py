"""An archive as blocks of some size each, which can be made in any order and at the same time."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterable, Iterator

import attrs

from oci_mlflow_builders.archive.headers import header_of
from oci_mlflow_builders.archive.members import Member, UnpackableFileError

#: Bytes of one block. Larger ones compress no better: deflate looks back 32 KiB.
BLOCK = 1 << 20


@attrs.frozen
class Piece:
    """Some bytes of a member; with its header where they are the first, with its padding where they are the last."""

    member: Member
    start: int
    stop: int


def blocks_of(members: Iterable[Member]) -> Iterator[tuple[Piece, ...]]:
    """What goes into each block; that depends on the names and sizes of the members alone."""
    pieces: list[Piece] = []
    room = BLOCK
    for member in members:
        stop = 0
        while True:
            start, stop = stop, min(member.size, stop + room)
            pieces.append(Piece(member, start, stop))
            room -= tarfile.BLOCKSIZE + stop - start
            if room <= 0:
                yield tuple(pieces)
                pieces, room = [], BLOCK
            if stop == member.size:
                break
    if pieces:
        yield tuple(pieces)


def read_block(pieces: Iterable[Piece]) -> bytes:
    """The bytes of the block.

    Raises:
        UnpackableFileError: A file is not as long as it was.
        OSError: A file cannot be read.
    """
    parts: list[bytes] = []
    for piece in pieces:
        if piece.start == 0:
            parts.append(header_of(piece.member))
        parts.append(_bytes_of(piece))
        if piece.stop == piece.member.size:
            parts.append(bytes(-piece.stop % tarfile.BLOCKSIZE))
    return b"".join(parts)


def _bytes_of(piece: Piece) -> bytes:
    source = piece.member.source
    if isinstance(source, bytes):
        return source[piece.start : piece.stop]
    if piece.start == piece.stop:
        return b""
    wanted = piece.stop - piece.start
    # one byte more than there should be at the end of a file tells whether it has grown
    beyond = 1 if piece.stop == piece.member.size else 0
    descriptor = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        data = os.pread(descriptor, wanted + beyond, piece.start)
    finally:
        os.close(descriptor)
    if len(data) != wanted:
        msg = f"{source} changed while it was packed"
        raise UnpackableFileError(msg)
    return data
