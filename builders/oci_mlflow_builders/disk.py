"""Full disks, told as what they are."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oci_mlflow_core.errors import OutOfSpaceError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def space_on(path: Path, doing: str) -> Iterator[None]:
    """Within the context a full disk raises `OutOfSpaceError` about `path`; other errors pass unchanged."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise OutOfSpaceError(path, doing) from fault
        raise


def tells_of_full_disk(output: str) -> bool:
    """Whether a tool's output says that it found the disk full."""
    return "No space left on device" in output or "Disk quota exceeded" in output
