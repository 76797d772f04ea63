"""The one packer that all builders share."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from oci_mlflow_builders.archive.members import Member, UnpackableFileError, file_member, members_of
from oci_mlflow_builders.archive.output import CompressedOutput
from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.pack import BuiltPrefix, Packed
from oci_mlflow_core.ports.byte_sink import ByteSink
from oci_mlflow_core.ports.env_builder import EnvPacker
from oci_mlflow_core.ports.progress_sink import Step

#: Where a pack keeps the lock that it was built from.
LOCK_MEMBER: Final = "share/oci-mlflow/lock.json"
_PIECE = 1 << 20
#: Bytes between two reports of progress.
_REPORT = 8 << 20


class TarPacker(EnvPacker):
    """Writes a ``.tar.gz`` whose bytes depend on the names, bytes and executability of the prefix's files alone.

    Members are sorted and have one time, owner 0 and normalised modes; the gzip stream is one member without name or
    time. The lock is added as `LOCK_MEMBER`; the manifest stays outside, so that an environment that is published
    under two names is the same pack.
    """

    def pack(self, built: BuiltPrefix, into: ByteSink, step: Step) -> Packed:
        """Writes the pack into the sink."""
        try:
            return _write(built, into, step)
        except UnpackableFileError as fault:
            raise BuildError(builder=built.lock.builder, stage="pack", reason=str(fault)) from fault


def _write(built: BuiltPrefix, into: ByteSink, step: Step) -> Packed:
    members = members_of(built.path)
    with CompressedOutput(into) as output:
        _write_members(members, output, step)
        lock = built.lock.to_text().encode() + b"\n"
        output.write(_header(file_member(LOCK_MEMBER, len(lock))))
        output.write(_padded(lock))
        output.write(bytes(2 * tarfile.BLOCKSIZE))
        output.write(bytes(-output.tell() % tarfile.RECORDSIZE))
    return Packed(output.sha256, output.size)


def _write_members(members: Iterable[Member], output: CompressedOutput, step: Step) -> None:
    members = [member for member in members if member.header.name != LOCK_MEMBER]
    total = sum(member.header.size for member in members)
    done = reported = 0
    for member in members:
        output.write(_header(member.header))
        if member.source is not None:
            _write_file(member.source, member.header.size, output)
        done += member.header.size
        if done - reported >= _REPORT:
            reported = done
            step.moved(done, total)
    step.moved(total, total)


def _header(header: tarfile.TarInfo) -> bytes:
    # The GNU form has no room for times or owners that vary, as the headers of PAX have.
    return header.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _write_file(path: Path, size: int, output: CompressedOutput) -> None:
    written = 0
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(_PIECE):
            output.write(piece)
            written += len(piece)
    if written != size:
        msg = f"{path} changed while it was packed"
        raise UnpackableFileError(msg)
    output.write(bytes(-written % tarfile.BLOCKSIZE))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % tarfile.BLOCKSIZE)
