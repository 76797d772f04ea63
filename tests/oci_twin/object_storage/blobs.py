"""The bytes of objects: blobs, and how they are read as one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from oci_twin.http.answer import Chained, FileChunks, file_chunks
from oci_twin.object_storage.records import Segment


def chunks_of(folder: Path, segments: Sequence[Segment], start: int, length: int) -> Iterator[bytes]:
    """A range of an object; every blob of it is opened at once, so that it may be removed meanwhile."""
    files: list[FileChunks] = []
    for segment in segments:
        skipped = min(start, segment.size)
        taken = min(segment.size - skipped, length)
        if taken > 0:
            files.append(file_chunks(folder / segment.blob, skipped, taken))
        start -= skipped
        length -= taken
    return Chained(files)


def joined(folder: Path, segments: Sequence[Segment]) -> Segment:
    """All segments as one blob, the first of them, which the others are appended to."""
    first, *others = segments
    with (folder / first.blob).open("r+b") as whole:
        whole.seek(first.size)
        for segment in others:
            with (folder / segment.blob).open("rb") as part:
                shutil.copyfileobj(part, whole, 1024 * 1024)
            (folder / segment.blob).unlink()
    return Segment(first.blob, sum(segment.size for segment in segments))


def linked(source: Path, target: Path) -> None:
    """The same bytes under a second name, without a copy where the file system allows it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
