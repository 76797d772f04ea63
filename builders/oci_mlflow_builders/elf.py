"""What an ELF file needs: libraries, search paths, versions of glibc.

Source: "Executable and Linkable Format" of the System V ABI, and the Linux Standard Base, "Symbol Versioning". Only
what decides whether a file can be moved to another place or machine is read.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

import attrs

_MAGIC = b"\x7fELF"
_CLASS_64, _LITTLE_ENDIAN = 2, 1
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NEEDED, _DT_STRTAB, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 1, 5, 14, 15, 29
_DT_VERNEED, _DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF


@attrs.frozen(kw_only=True)
class ElfNeeds:
    """What the dynamic linker reads of one file."""

    #: Names of the shared libraries that it is linked to (``DT_NEEDED``).
    libraries: tuple[str, ...] = ()
    #: Its own name as a library (``DT_SONAME``); empty where it has none.
    soname: str = ""
    #: Where it has them looked for first (``DT_RPATH`` and ``DT_RUNPATH``), ``$ORIGIN`` unexpanded.
    search: tuple[str, ...] = ()
    #: Versions that it asks of libraries: (library, version), such as ``("libc.so.6", "GLIBC_2.34")``.
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def glibc(self) -> tuple[int, ...]:
        """The highest version of glibc that it asks for; empty where it asks for none."""
        asked = (version.removeprefix("GLIBC_") for _, version in self.versions if version.startswith("GLIBC_"))
        return max((_numbers(version) for version in asked), default=())


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def is_elf(path: Path) -> bool:
    """Whether the file begins as ELF files do."""
    with path.open("rb") as stream:
        return stream.read(4) == _MAGIC


def machine_of(path: Path) -> int | None:
    """The machine that the file was made for (``e_machine``, such as 62 for x86-64), or None where it is not ELF."""
    with path.open("rb", buffering=0) as stream:
        head = stream.read(20)
    if head[:4] != _MAGIC or len(head) < 20:  # noqa: PLR2004 - where the field ends
        return None
    return int.from_bytes(head[18:20], "little" if head[5] == _LITTLE_ENDIAN else "big")


def read_elf(path: Path) -> ElfNeeds | None:
    """What the file needs, or None where it is not a 64-bit little-endian ELF file.

    Raises:
        ValueError: It begins as one and is damaged.
    """
    with path.open("rb", buffering=0) as stream:
        head = stream.read(6)
        if head[:4] != _MAGIC or head[4:] != bytes([_CLASS_64, _LITTLE_ENDIAN]):
            return None
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                return _Reader(data).needs()
            except (struct.error, ValueError, StopIteration) as fault:
                msg = f"{path}: a damaged ELF file"
                raise ValueError(msg) from fault


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        (offset,) = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        headers = (struct.unpack_from("<IIQQQQ", data, offset + number * size) for number in range(count))
        #: (type, offset in the file, address, size in the file)
        self._segments = [(kind, start, address, length) for kind, _, start, address, _, length in headers]

    def needs(self) -> ElfNeeds:
        dynamic = list(self._dynamic())
        single = dict(dynamic)
        if _DT_STRTAB not in single:
            return ElfNeeds()
        strings = self._at(single[_DT_STRTAB])
        paths = [self._text(strings + value) for tag, value in dynamic if tag in {_DT_RPATH, _DT_RUNPATH}]
        return ElfNeeds(
            libraries=tuple(self._text(strings + value) for tag, value in dynamic if tag == _DT_NEEDED),
            soname=self._text(strings + single[_DT_SONAME]) if _DT_SONAME in single else "",
            search=tuple(part for path in paths for part in path.split(":") if part),
            versions=tuple(self._versions(single, strings)),
        )

    def _dynamic(self) -> Iterator[tuple[int, int]]:
        for kind, start, _, length in self._segments:
            if kind == _PT_DYNAMIC:
                for position in range(start, start + length, 16):
                    tag, value = struct.unpack_from("<QQ", self._data, position)
                    if tag == 0:
                        return
                    yield tag, value

    def _versions(self, dynamic: dict[int, int], strings: int) -> Iterator[tuple[str, str]]:
        if _DT_VERNEED not in dynamic:
            return
        position = self._at(dynamic[_DT_VERNEED])
        for _ in range(dynamic.get(_DT_VERNEEDNUM, 0)):
            _, count, file, first, following = struct.unpack_from("<HHIII", self._data, position)
            library, entry = self._text(strings + file), position + first
            for _ in range(count):
                _, _, _, name, step = struct.unpack_from("<IHHII", self._data, entry)
                yield library, self._text(strings + name)
                entry += step
            position += following

    def _at(self, address: int) -> int:
        found: int = next(
            start + address - begin
            for kind, start, begin, length in self._segments
            if kind == _PT_LOAD and begin <= address < begin + length
        )
        return found

    def _text(self, position: int) -> str:
        end = self._data.find(b"\0", position)
        if end < 0:
            raise ValueError(position)
        return self._data[position:end].decode(errors="replace")
