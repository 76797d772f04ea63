"""Telling a full disk from everything else that can go wrong with a file."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oci_mlflow_core.errors import OutOfSpaceError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(fault: OSError) -> bool:
    """Whether the disk, or the user's share of it, is used up."""
    return fault.errno in _FULL


@contextmanager
def telling_when_full(path: Path, doing: str) -> Iterator[None]:
    """Turns the operating system's 'no space left' into the error that users see; other errors pass.

    Args:
        path: Something on the disk that is written to.
        doing: What is going on, to follow 'while', such as ``publishing the pack``.

    Raises:
        OutOfSpaceError: The disk is full.
    """
    try:
        yield
    except OSError as fault:
        if is_full(fault):
            raise OutOfSpaceError(path, doing) from fault
        raise
