"""The one packer that all builders share."""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterable
from typing import Final

import attrs

from oci_mlflow_builders.archive.blocks import Piece, blocks_of, read_block
from oci_mlflow_builders.archive.compression import Compressed, GzipFrame, compress, in_parallel
from oci_mlflow_builders.archive.members import UnpackableFileError, file_member, members_of
from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.pack import BuiltPrefix, Packed
from oci_mlflow_core.ports.byte_sink import ByteSink
from oci_mlflow_core.ports.env_builder import EnvPacker
from oci_mlflow_core.ports.progress_sink import Step

#: Where a pack keeps the lock that it was built from.
LOCK_MEMBER: Final = "share/oci-mlflow/lock.json"
#: Bytes between two reports of progress.
_REPORT = 8 << 20


class TarPacker(EnvPacker):
    """Writes a ``.tar.gz`` whose bytes depend on the names, bytes and executability of the prefix's files alone.

    Members are sorted and have one time, owner 0 and normalised modes; the gzip stream is one member without name or
    time, whose blocks several threads read and compress. The lock is added as `LOCK_MEMBER`; the manifest stays
    outside, so that an environment that is published under two names is the same pack.
    """

    def pack(self, built: BuiltPrefix, into: ByteSink, step: Step) -> Packed:
        """Writes the pack into the sink, from the thread that calls."""
        try:
            members = [member for member in members_of(os.path.realpath(built.path)) if member.name != LOCK_MEMBER]
            total = sum(member.size for member in members)
            members.append(file_member(LOCK_MEMBER, built.lock.to_text().encode() + b"\n"))
            return _Writing(into, step, total).write(blocks_of(members))
        except UnpackableFileError as fault:
            raise BuildError(builder=built.lock.builder, stage="pack", reason=str(fault)) from fault


def _made(pieces: tuple[Piece, ...]) -> Compressed:
    return compress(read_block(pieces))


@attrs.define
class _Writing:
    _into: ByteSink
    _step: Step
    _total: int
    _written: int = 0
    _reported: int = 0
    _digest: hashlib._Hash = attrs.field(factory=hashlib.sha256)

    def write(self, blocks: Iterable[tuple[Piece, ...]]) -> Packed:
        frame = GzipFrame()
        self._put(frame.head)
        for block in in_parallel(_made, blocks):
            frame.add(block)
            self._put(block.data)
            self._report(frame.length)
        last = compress(_end_of_archive(frame.length))
        frame.add(last)
        self._put(last.data)
        self._put(frame.tail)
        self._step.moved(self._total, self._total)
        return Packed(self._digest.hexdigest(), self._written)

    def _put(self, data: bytes) -> None:
        self._into.write(data)
        self._digest.update(data)
        self._written += len(data)

    def _report(self, length: int) -> None:
        # headers and padding do not count as files
        done = min(length, self._total)
        if done - self._reported >= _REPORT:
            self._reported = done
            self._step.moved(done, self._total)


def _end_of_archive(length: int) -> bytes:
    end = 2 * tarfile.BLOCKSIZE
    return bytes(end + -(length + end) % tarfile.RECORDSIZE)
