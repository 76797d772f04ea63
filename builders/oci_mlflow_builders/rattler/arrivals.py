"""New packages on their way into the cache: whole ones are kept, and nothing half-made is left.

Threads of rattler go on unpacking for a moment when an installation has failed or was cancelled, and hold no lock then.
So each installation unpacks to a folder of its own, from which whole packages are moved to the cache.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = ".arriving"
#: rattler writes a revision (8 bytes) and the package's SHA-256 (32 bytes) when it is there as a whole.
_NOTED = 8 + 32
#: Seconds for which the empty file of `_bar` stays.
_BARRED = 600.0
#: Seconds that threads of a failed installation are waited for, and between two attempts.
_PATIENCE = 3.0
_INTERVAL = 0.05


@contextmanager
def arrivals(packages: Path) -> Iterator[Path]:
    """A folder for new packages of the cache, which takes over those that are whole at the end.

    What a killed command left of such a folder is removed.
    """
    waiting = packages / _FOLDER
    waiting.mkdir(parents=True, exist_ok=True)
    _sweep(waiting)
    descriptor, name = tempfile.mkstemp(prefix="", suffix=".lock", dir=waiting)
    lock = Path(name)
    folder = lock.with_suffix("")
    try:
        # The folder comes after its lock is held: one without is nobody's.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        folder.mkdir()
        yield folder
        _take_over(folder, packages)
        shutil.rmtree(folder, ignore_errors=True)
    except BaseException:
        _take_over(folder, packages)
        _bar(folder)
        raise
    finally:
        lock.unlink(missing_ok=True)
        os.close(descriptor)


def _take_over(folder: Path, packages: Path) -> None:
    for lock in sorted(folder.glob("*.lock")):
        package = lock.with_suffix("")
        if not package.is_dir() or lock.stat().st_size != _NOTED:
            continue
        # An old one, found damaged, makes room at once, since another command may be at reading it.
        with suppress(FileNotFoundError):
            (packages / package.name).rename(folder / f"{package.name}.old")
        with suppress(OSError):  # another command was quicker, and brought the same
            package.rename(packages / package.name)
            lock.replace(packages / lock.name)


def _bar(folder: Path) -> None:
    """Puts an empty file in its place, which ends the threads that would make it again."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.touch(exist_ok=False)
        except FileExistsError:
            time.sleep(_INTERVAL)
        else:
            return


def _sweep(waiting: Path) -> None:
    for path in waiting.iterdir():
        if path.is_dir() and not _is_held(_lock_of(path)):
            shutil.rmtree(path, ignore_errors=True)
            _lock_of(path).unlink(missing_ok=True)
        elif path.suffix != ".lock" and path.is_file() and _age(path) > _BARRED:
            path.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _is_held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
