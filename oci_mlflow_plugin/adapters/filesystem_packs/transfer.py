"""Moving the bytes of packs."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from oci_mlflow_core.ports.progress_sink import Step

#: Bytes read at once.
_CHUNK = 1 << 20


def place(source: Path, to: Path, step: Step) -> None:
    """Makes `to` a file with the bytes of `source`, on disk when this returns.

    On one file system they become two names of one file, which takes no time and no space: nobody may write to
    `source` afterwards, but may remove it. Elsewhere the bytes are copied.
    """
    size = source.stat().st_size
    try:
        os.link(source.resolve(), to)
    except FileNotFoundError:
        raise
    except OSError:
        # Another disk, a file system without hard links, or somebody else's file.
        copy(source, to, step)
    else:
        step.moved(size, size)
    descriptor = os.open(to, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy(source: Path, to: Path, step: Step) -> str:
    """Copies the file and returns the SHA-256 of what was copied; nothing is left at `to` where that fails."""
    try:
        with source.open("rb") as reader, to.open("wb") as writer:
            return _copied(reader, writer, step)
    except BaseException:
        to.unlink(missing_ok=True)
        raise


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as reader:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _copied(reader: BinaryIO, writer: BinaryIO, step: Step) -> str:
    digest = hashlib.sha256()
    total = os.fstat(reader.fileno()).st_size
    done = 0
    while chunk := reader.read(_CHUNK):
        digest.update(chunk)
        writer.write(chunk)
        done += len(chunk)
        step.moved(done, total)
    return digest.hexdigest()
