"""The headers of a tar archive whose members have no owner, no time of their own and one of four modes."""

from __future__ import annotations

import os
import tarfile

from oci_mlflow_builders.archive.members import Member

#: 1980-01-01, the earliest time that every archive format knows.
MTIME = 315_532_800
_NAME, _MODE, _SIZE, _CHECKSUM = slice(0, 100), slice(100, 108), slice(124, 136), slice(148, 156)
_NAME_LENGTH = 100
#: A size takes eleven octal digits.
_SIZES = 8**11


def header_of(member: Member) -> bytes:
    """The header of the member, a multiple of 512 bytes, in the GNU form.

    That form has no room for times or owners that vary, as the headers of PAX have.
    """
    name = os.fsencode(member.name)
    if member.kind != tarfile.REGTYPE or len(name) > _NAME_LENGTH or member.size >= _SIZES:
        return _rare(member)
    header = bytearray(_TEMPLATE)
    header[: len(name)] = name
    header[_MODE] = b"%07o\0" % member.mode
    header[_SIZE] = b"%011o\0" % member.size
    header[_CHECKSUM] = b"%06o\0 " % sum(header)
    return bytes(header)


def _rare(member: Member) -> bytes:
    header = tarfile.TarInfo(member.name)
    header.type, header.mode, header.size, header.mtime = member.kind, member.mode, member.size, MTIME
    header.linkname = member.target
    return header.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _template() -> bytes:
    header = bytearray(_rare(Member("", tarfile.REGTYPE, 0)))
    # the checksum is that of the header with spaces in its own place
    header[_CHECKSUM] = b" " * 8
    return bytes(header)


_TEMPLATE = _template()
