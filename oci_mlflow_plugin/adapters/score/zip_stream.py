"""A zip as a seekable stream that is made while it is read."""

from __future__ import annotations

import errno
import io
import zlib
from typing import TYPE_CHECKING

import attrs

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_plugin.adapters.score.member_reader import MemberReader
from oci_mlflow_plugin.adapters.score.zip_layout import ZipLayout

if TYPE_CHECKING:
    from typing_extensions import Buffer

_BLOCK = 1 << 20


@attrs.define
class Checksums:
    """The CRC-32 of each member of a layout, computed when it is first asked for."""

    layout: ZipLayout
    #: Names the model in errors.
    model_uri: str
    _known: dict[int, int] = attrs.field(factory=dict, init=False)
    _directory: bytes | None = attrs.field(default=None, init=False)

    def of(self, index: int) -> int:
        """The checksum of one member.

        Raises:
            ArtifactError: Its file cannot be read, or is not the one that was listed.
        """
        if index not in self._known:
            self._known[index] = self._computed(index)
        return self._known[index]

    def directory(self) -> bytes:
        """The central directory, which holds them all."""
        if self._directory is None:
            self._directory = self.layout.directory(tuple(self.of(index) for index in range(len(self.layout.members))))
        return self._directory

    def reader(self, index: int) -> MemberReader:
        """A reader of one member's bytes."""
        return MemberReader(self.layout.members[index], self.model_uri)

    def _computed(self, index: int) -> int:
        reader = self.reader(index)
        crc = 0
        try:
            while block := reader.read(reader.position, _BLOCK):
                crc = zlib.crc32(block, crc)
        finally:
            reader.close()
        return crc


class ZipStream(io.RawIOBase):
    """Reads the zip; each stream has its own position, the checksums are shared.

    A file is read twice, once for the checksum in its header and once for its bytes, the second time mostly from the
    page cache. What changed in between is noticed by the file's identity and by the checksum.
    """

    def __init__(self, checksums: Checksums) -> None:
        super().__init__()
        self._checksums = checksums
        self._layout = checksums.layout
        self._size = checksums.layout.size
        self._position = 0
        self._reader: tuple[int, MemberReader] | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The next byte's position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Moves to a position, as any file does."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, "negative seek position")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:
        """Fills the buffer as far as one piece of the zip reaches; 0 at the end.

        Raises:
            ArtifactError: A file cannot be read, or is not the one that was listed.
        """
        view = memoryview(buffer).cast("B")
        if self._position >= self._size or not view:
            return 0
        piece = self._piece(len(view))
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Closes the file that is being read."""
        self._close_reader()
        super().close()

    def _piece(self, length: int) -> bytes:
        place = self._layout.place(self._position)
        if place.is_data:
            return self._data(place.member, place.offset, length)
        if place.member < len(self._layout.members):
            header = self._layout.members[place.member].header(self._checksums.of(place.member))
            return header[place.offset : place.offset + length]
        return self._checksums.directory()[place.offset : place.offset + length]

    def _data(self, index: int, offset: int, length: int) -> bytes:
        if self._reader is None or self._reader[0] != index:
            self._close_reader()
            self._reader = (index, self._checksums.reader(index))
        reader = self._reader[1]
        piece = reader.read(offset, min(length, _BLOCK))
        if reader.crc is not None and reader.crc != self._checksums.of(index):
            raise ArtifactError(self._checksums.model_uri, f"'{reader.name}' changed while the artifact was being read")
        return piece

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader[1].close()
            self._reader = None
