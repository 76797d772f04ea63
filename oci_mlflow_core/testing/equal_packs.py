"""Where two packs differ that should be the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from itertools import zip_longest
from pathlib import Path

_BLOCK = 1 << 20


def difference(first: Path, second: Path) -> str:
    """Empty for equal bytes; else the first member that is another, or from which byte on the same is compressed."""
    packed = [first.read_bytes(), second.read_bytes()]
    at = _first_difference(*packed)
    if at is None:
        return ""
    for one, other in zip_longest(_members(first), _members(second), fillvalue=("", "", "")):
        if one != other:
            return f"the packs differ from the member {one[0] or other[0]} on"
    plain = _first_difference(*map(gzip.decompress, packed))
    if plain is not None:
        return f"the packs have the same members, and their archives differ from byte {plain} on"
    return f"the packs have the same archive, which is compressed differently from byte {at} on"


def _members(pack: Path) -> list[tuple[str, str, str]]:
    """Name, header and content of each, in order."""
    with tarfile.open(pack) as archive:
        found = []
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            content = hashlib.sha256(file.read()).hexdigest() if file else ""
            found.append((member.name, repr(sorted(member.get_info().items())), content))
        return found


def _first_difference(one: bytes, other: bytes) -> int | None:
    for offset in range(0, max(len(one), len(other)), _BLOCK):
        mine, its = one[offset : offset + _BLOCK], other[offset : offset + _BLOCK]
        if mine != its:
            pairs = enumerate(zip_longest(mine, its))
            return offset + next(number for number, (a, b) in pairs if a != b)
    return None
