"""Reading one file of a model, sure that it is the one that was listed."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path
from typing import BinaryIO

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_plugin.adapters.score.zip_layout import Member

_HINT = "Run the command again when nothing writes to the model's files."


class MemberReader:
    """Gives the bytes of a member, and its checksum once it was read from start to end."""

    def __init__(self, member: Member, model_uri: str) -> None:
        self.name = member.name
        #: Where the next sequential read goes on.
        self.position = 0
        #: CRC-32 of the whole, known when all of it was read in order; else None.
        self.crc: int | None = None
        self._member = member
        self._model_uri = model_uri
        self._running: int | None = 0
        self._file = self._opened()

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; less only at the member's end.

        Raises:
            ArtifactError: The file is not the one that was listed, or cannot be read.
        """
        wanted = min(length, self._member.size - offset)
        piece = self._bytes_at(offset, wanted)
        if len(piece) != wanted:
            raise self._changed()
        if offset != self.position:
            self._running = zlib.crc32(b"") if offset == 0 else None
        self.position = offset + wanted
        self._count(piece)
        return piece

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _opened(self) -> BinaryIO:
        content = self._member.content
        if isinstance(content, bytes):
            return io.BytesIO(content)
        try:
            file = content.open("rb")
        except FileNotFoundError as fault:
            raise self._error("vanished while the artifact was being read") from fault
        except OSError as fault:
            raise self._error(f"cannot be read: {fault.strerror}") from fault
        if file_identity(os.fstat(file.fileno())) != self._member.identity:
            file.close()
            raise self._changed()
        return file

    def _bytes_at(self, offset: int, length: int) -> bytes:
        try:
            self._file.seek(offset)
            return self._file.read(length)
        except OSError as fault:
            raise self._error(f"cannot be read: {fault.strerror}") from fault

    def _count(self, piece: bytes) -> None:
        if self._running is not None:
            self._running = zlib.crc32(piece, self._running)
        if self.position == self._member.size:
            self._check_identity()
            self.crc = self._running

    def _check_identity(self) -> None:
        if isinstance(self._member.content, Path):
            identity = file_identity(os.fstat(self._file.fileno()))
            if identity != self._member.identity:
                raise self._changed()

    def _changed(self) -> ArtifactError:
        return self._error("changed while the artifact was being read")

    def _error(self, what: str) -> ArtifactError:
        return ArtifactError(self._model_uri, f"'{self.name}' {what}", _HINT)


def file_identity(status: os.stat_result) -> tuple[int, ...]:
    """What differs when a file is another one, or was written to."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
