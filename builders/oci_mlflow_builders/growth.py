"""Telling how many bytes have arrived in a folder, for work that does not say so itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oci_mlflow_core.ports.progress_sink import Step

#: Seconds between two looks at the folder.
_INTERVAL = 0.5


@contextmanager
def growth_told(folder: Path, step: Step, total: int | None = None) -> Iterator[None]:
    """While the context goes on, the step is told how many bytes lie in the files below the folder.

    Args:
        folder: Need not exist yet.
        step: Told from another thread, and once more at the end.
        total: Bytes that there will be, where that is known.
    """
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_INTERVAL):
            step.moved(bytes_below(folder), total)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
        step.moved(bytes_below(folder), total)
    finally:
        ended.set()
        watcher.join()


def bytes_below(folder: Path) -> int:
    """The sizes of all files below the folder, added up; what vanishes meanwhile does not count."""
    return sum(_size(os.path.join(place, name)) for place, _, names in os.walk(folder) for name in names)  # noqa: PTH118 (quicker)


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
