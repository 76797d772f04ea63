"""Where each byte of a stored (not deflated) zip lies, known before a byte of it is read.

Members are stored: the length of the zip then follows from the sizes of the files alone, equal files give equal bytes
whatever compression library is installed, and a reader can seek, which lets an upload repeat a part. Checksums stand
in the members' own headers, not behind the data: readers that unpack while they receive refuse stored members with
a data descriptor.
"""

from __future__ import annotations

import bisect
import struct
from pathlib import Path

import attrs

_LIMIT_32 = 0xFFFFFFFF
_LIMIT_16 = 0xFFFF
_UTF8_NAME = 0x800
_UNIX = 3
#: 1 January 1980, the first day that a zip can tell, and midnight.
_DATE, _TIME = 0x21, 0
_PLAIN_VERSION, _ZIP64_VERSION = 20, 45


@attrs.frozen
class Member:
    """One file of a zip, or a folder where its name ends with a slash."""

    name: str
    #: The file that holds it, or the bytes themselves.
    content: Path | bytes
    #: Bytes.
    size: int
    #: Unix mode with the file type, such as 0o100644.
    mode: int = 0o100644
    #: What tells that a file is still the one that was listed: device, inode, size and time of change.
    identity: tuple[int, ...] = ()

    @property
    def encoded_name(self) -> bytes:
        """As it stands in the zip."""
        return self.name.encode()

    @property
    def is_large(self) -> bool:
        """Whether its size needs zip64."""
        return self.size >= _LIMIT_32

    @property
    def header_size(self) -> int:
        """Bytes of `header`."""
        return 30 + len(self.encoded_name) + (20 if self.is_large else 0)

    def header(self, crc: int) -> bytes:
        """The local header, which stands before the data."""
        extra = struct.pack("<HHQQ", 1, 16, self.size, self.size) if self.is_large else b""
        size = _LIMIT_32 if self.is_large else self.size
        fields = (*self._common(), crc, size, size, len(self.encoded_name), len(extra))
        return struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + self.encoded_name + extra

    def directory_entry(self, crc: int, offset: int) -> bytes:
        """The entry of the central directory, which stands at the end of the zip."""
        sizes = (self.size, self.size) if self.is_large else ()
        large = (*sizes, offset) if offset >= _LIMIT_32 else sizes
        extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        size = _LIMIT_32 if self.is_large else self.size
        folder_bit = 0x10 if self.name.endswith("/") else 0
        tail = (len(self.encoded_name), len(extra), 0, 0, 0, self.mode << 16 | folder_bit, min(offset, _LIMIT_32))
        version = (_ZIP64_VERSION if large else _PLAIN_VERSION, _UNIX)
        common = (_ZIP64_VERSION if large else _PLAIN_VERSION, *self._common()[1:])
        fields = struct.pack("<4sBB5H3L5HLL", b"PK\1\2", *version, *common, crc, size, size, *tail)
        return fields + self.encoded_name + extra

    def _common(self) -> tuple[int, int, int, int, int]:
        version = _ZIP64_VERSION if self.is_large else _PLAIN_VERSION
        flags = 0 if self.name.isascii() else _UTF8_NAME
        return version, flags, 0, _TIME, _DATE


@attrs.frozen
class Place:
    """A position in the zip: in the header or the data of a member, or in the directory behind all members."""

    #: Index of the member; the number of members for the directory.
    member: int
    is_data: bool
    #: Bytes from the start of that header, data or directory.
    offset: int


@attrs.frozen
class ZipLayout:
    """The members of a zip and where each begins."""

    members: tuple[Member, ...]
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, members: tuple[Member, ...]) -> ZipLayout:
        """Lays the members out in their order."""
        offsets = [0]
        for member in members:
            offsets.append(offsets[-1] + member.header_size + member.size)
        return cls(members, tuple(offsets))

    @property
    def directory_offset(self) -> int:
        """Where the central directory begins."""
        return self.offsets[-1]

    @property
    def size(self) -> int:
        """Bytes of the whole zip."""
        return self.directory_offset + len(self.directory((0,) * len(self.members)))

    def place(self, position: int) -> Place:
        """What stands at this byte of the zip."""
        index = bisect.bisect_right(self.offsets, position, hi=len(self.members)) - 1
        if position >= self.directory_offset:
            return Place(len(self.members), is_data=False, offset=position - self.directory_offset)
        within = position - self.offsets[index]
        header = self.members[index].header_size
        return Place(index, within >= header, within - header if within >= header else within)

    def directory(self, checksums: tuple[int, ...]) -> bytes:
        """The central directory and what ends the zip."""
        entries = b"".join(
            member.directory_entry(crc, offset)
            for member, crc, offset in zip(self.members, checksums, self.offsets[:-1], strict=True)
        )
        return entries + _end(len(self.members), len(entries), self.directory_offset)


def _end(count: int, size: int, offset: int) -> bytes:
    large = b""
    if count >= _LIMIT_16 or size >= _LIMIT_32 or offset >= _LIMIT_32:
        versions = (_ZIP64_VERSION | _UNIX << 8, _ZIP64_VERSION)
        large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, *versions, 0, 0, count, count, size, offset)
        large += struct.pack("<4sLQL", b"PK\6\7", 0, offset + size, 1)
    counts = min(count, _LIMIT_16)
    fields = (0, 0, counts, counts, min(size, _LIMIT_32), min(offset, _LIMIT_32), 0)
    return large + struct.pack("<4s4H2LH", b"PK\5\6", *fields)
