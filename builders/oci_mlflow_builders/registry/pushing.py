"""Sending an image: what the registry has is not sent, and the tag is set last."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from oci_mlflow_builders.registry.repository import Repository
from oci_mlflow_core.ports.progress_sink import Step

if TYPE_CHECKING:
    from oci_mlflow_builders.registry.connection import Connection

#: Blobs that are on their way at one time.
_AT_ONCE: Final = 4


class StoppedError(Exception):
    """Another blob failed, or the user ended the command."""


@attrs.frozen(kw_only=True)
class Blob:
    """A layer or a configuration that the image needs."""

    digest: str
    #: Bytes.
    size: int
    #: Gives the file with its bytes, when they are needed; it may have to be fetched first.
    file: Callable[[], Path]
    #: Another repository of the same registry that has it; empty for none.
    mount_from: str = ""


def push_blobs(to: Repository, blobs: Sequence[Blob], step: Step) -> int:
    """Sees that the repository has the blobs; returns how many bytes were sent for that.

    A blob whose upload is cut is sent again from its beginning, some times; the step is told the bytes of all.

    Raises:
        RegistryRefusedError: The user may not write there.
        ServiceError: The registry refused for another reason.
        UnavailableError: It does not answer, or went away.
        OSError: A file cannot be read.
    """
    missing = to.call(lambda connection: [blob for blob in _distinct(blobs) if not connection.has_blob(blob.digest)])
    absent = [blob for blob in missing if not (blob.mount_from and _mounted(to, blob))]
    if not absent:
        return 0
    sending = _Sending(to, step, sum(blob.size for blob in absent))
    with ThreadPoolExecutor(_AT_ONCE, "push") as pool:
        futures = [pool.submit(sending.send, blob) for blob in absent]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            # what is still on its way ends at its next read
            sending.stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)
        _raise_first(futures)
    return sum(blob.size for blob in absent)


def _distinct(blobs: Sequence[Blob]) -> list[Blob]:
    return list({blob.digest: blob for blob in blobs}.values())


def _mounted(to: Repository, blob: Blob) -> bool:
    return to.call(lambda connection: connection.mounted(blob.digest, blob.mount_from))


def _raise_first(futures: Sequence[Future[None]]) -> None:
    faults = [future.exception() for future in futures if not future.cancelled()]
    told = [fault for fault in faults if fault is not None]
    for fault in sorted(told, key=lambda one: isinstance(one, StoppedError)):
        raise fault


class _Sending:
    def __init__(self, to: Repository, step: Step, total: int) -> None:
        self._to, self._step, self._total = to, step, total
        self._done = 0
        self._lock = threading.Lock()
        self.stopped = threading.Event()

    def send(self, blob: Blob) -> None:
        file = blob.file()

        def attempt(connection: Connection) -> None:
            with file.open("rb", buffering=0) as opened:
                stream = _Told(opened, blob.size, self._moved, self.stopped)
                try:
                    connection.upload(blob.digest, stream)
                except BaseException:
                    self._moved(-stream.sent)
                    raise

        self._to.call(attempt)

    def _moved(self, by: int) -> None:
        with self._lock:
            self._done += by
            self._step.moved(self._done, self._total)


class _Told:
    """A file that tells how much of it was read; requests takes its length for the body's.

    It is no file of `io`'s, since requests would ask such a one for its position.
    """

    def __init__(self, file: io.FileIO, size: int, moved: Callable[[int], None], stopped: threading.Event) -> None:
        self._file, self._size, self._moved, self._stopped = file, size, moved, stopped
        self.sent = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.read(1 << 20), b"")

    def read(self, size: int = -1, /) -> bytes:
        """That many bytes, fewer only at the end."""
        if self._stopped.is_set():
            raise StoppedError
        data = self._file.read(size) or b""
        self.sent += len(data)
        self._moved(len(data))
        return data
