"""Locks between processes that say who holds them.

A lock is a claim on a lock file. It ends with its process, also with ``kill -9``; then the file stays behind until
the next holder, who takes it over, releases it. A lock that is released removes its file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_plugin.adapters.home.disk_space import telling_when_full
from oci_mlflow_plugin.adapters.home.flock import claim, is_at

#: Seconds between two looks at a lock that another process holds.
_PAUSE = 0.1


@attrs.frozen
class Holder:
    """The process that holds a lock."""

    pid: int
    #: Its program and subcommands, without options and their values, which may be secret.
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})"


@contextmanager
def locked(path: Path, subject: str) -> Iterator[None]:
    """Holds the lock for the time of the context.

    Args:
        path: The lock file; its folder exists.
        subject: What is locked, for the error, such as ``deployment 'fraud'``.

    Raises:
        ConflictError: Another process, or another part of this one, holds it.
    """
    descriptor = _taken(path)
    if descriptor is None:
        raise _conflict(path, subject)
    try:
        yield
    finally:
        _release(path, descriptor)


@contextmanager
def locked_within(path: Path, subject: str, clock: Clock, seconds: float) -> Iterator[None]:
    """Holds the lock for the time of the context, after waiting for it up to that many seconds.

    Raises:
        ConflictError: It was held by somebody else all the time.
    """
    deadline = clock.monotonic() + seconds
    while (descriptor := _taken(path)) is None:
        remaining = deadline - clock.monotonic()
        if remaining <= 0:
            raise _conflict(path, subject)
        clock.sleep(min(_PAUSE, remaining))
    try:
        yield
    finally:
        _release(path, descriptor)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock; a lock file that a killed process left is removed on the way."""
    try:
        descriptor = claim(path, create=False)
    except FileNotFoundError:
        return False
    if descriptor is None:
        return True
    _release(path, descriptor)
    return False


def holder_of(path: Path) -> Holder | None:
    """Who holds the lock, or held it when it was killed; None where that cannot be read."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return Holder(int(plain["pid"]), str(plain["command"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def command_words(argv: Sequence[str]) -> str:
    """The program's name and the words before its first option, such as ``mlflow deployments create``."""
    words: list[str] = []
    for word in argv[1:]:
        if word.startswith("-"):
            break
        words.append(word)
    program = Path(argv[0]).name if argv and argv[0] not in {"", "-c", "-m"} else "python"
    return " ".join([program, *words])


def _taken(path: Path) -> int | None:
    with telling_when_full(path.parent, "taking a lock"):
        descriptor = claim(path)
        if descriptor is not None:
            try:
                _sign(descriptor)
            except BaseException:
                _release(path, descriptor)
                raise
    return descriptor


def _sign(descriptor: int) -> None:
    signature = json.dumps({"pid": os.getpid(), "command": command_words(sys.argv)}) + "\n"
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, signature.encode(), 0)


def _release(path: Path, descriptor: int) -> None:
    # The file goes while it is still locked: whoever opened it before finds that it is no longer there.
    if is_at(descriptor, path):
        path.unlink(missing_ok=True)
    os.close(descriptor)


def _conflict(path: Path, subject: str) -> ConflictError:
    holder = holder_of(path)
    return ConflictError(
        f"another command is at work on {subject}: {holder or 'a process that has not said who it is'}",
        "Wait until it has ended, or end it, and run this again.",
    )
