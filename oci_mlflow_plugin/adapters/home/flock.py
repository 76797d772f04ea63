"""Claims on files that end with the process that made them, however it ends.

A claim is a ``flock`` on an open file. The kernel gives it up when the process is gone, so nothing that a killed
process held stays held. Files that are claimed may be removed by their holder: a claim only counts while the file
is still the one at its path, and is otherwise made again.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def claim(path: Path, *, create: bool = True) -> int | None:
    """Opens the file at `path`, for this user alone where it has to be made, and claims it.

    Returns:
        The descriptor, to be closed to end the claim; None while another open file, of this process or another,
        has the claim.

    Raises:
        FileNotFoundError: The folder is not there, or the file is not and `create` is false.
    """
    flags = os.O_RDWR | (os.O_CREAT if create else 0)
    while True:
        descriptor = os.open(path, flags, 0o600)
        if not _locked(descriptor):
            return None
        if is_at(descriptor, path):
            return descriptor
        os.close(descriptor)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one at `path`."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    except BaseException:
        os.close(descriptor)
        raise
    return True
