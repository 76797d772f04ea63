"""Which bytes a ``range`` header asks for."""

from __future__ import annotations

import re

from oci_twin.http.call import Refusal

_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


def requested_range(header: str | None, size: int) -> tuple[int, int]:
    """First byte and number of bytes; the whole where no range is asked for, or several are, or none that is one.

    Raises:
        Refusal: 416 InvalidRange for a range that begins after the end.
    """
    match = _RANGE.match(header or "")
    if match is None or match[0] == "bytes=-":
        return 0, size
    if not match[1]:
        length = min(int(match[2]), size)
        start, end = size - length, size
    else:
        start = int(match[1])
        end = min(int(match[2]) + 1, size) if match[2] else size
    if start >= end:
        raise Refusal(416, "InvalidRange", f"There are {size} bytes.", {"content-range": f"bytes */{size}"})
    return start, end - start
