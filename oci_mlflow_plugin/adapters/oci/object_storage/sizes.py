"""How large the pieces are that objects move in, and how many move at once."""

from __future__ import annotations

import attrs

_MIB = 1 << 20
#: Of an upload, says OCI ("Using Multipart Uploads").
MOST_PARTS = 10_000


@attrs.frozen(kw_only=True)
class Sizes:
    """Bytes of a part, and how many parts move at the same time."""

    #: An object that is no larger goes in one call; more only where it would have more than `MOST_PARTS` parts.
    #: ``benchmarks/publish.py --compare-sizes``: smaller ones take longer, larger ones gain nothing, and what is sent
    #: again after a fault or a kill is a part.
    part: int = 32 * _MIB
    workers: int = 4
    #: Of a pack that is sent while it is being made, whose size is not known: `workers` parts are held in memory. With
    #: `MOST_PARTS` of them an object has 167 GB.
    streamed_part: int = 16 * _MIB

    def part_of(self, size: int) -> int:
        """Bytes of each part but the last of an object of that size."""
        needed = -(-size // MOST_PARTS)
        return self.part if needed <= self.part else -(-needed // _MIB) * _MIB

    @property
    def part_of_stream(self) -> int:
        """Bytes of each part but the last of an object whose size is not known."""
        return min(self.part, self.streamed_part)

    def is_one_call(self, size: int) -> bool:
        """Whether an object of that size goes in one call."""
        return size <= self.part


def ranges(size: int, part: int) -> list[tuple[int, int]]:
    """Offset and length of each part, in order; none for no bytes."""
    return [(offset, min(part, size - offset)) for offset in range(0, size, part)]
