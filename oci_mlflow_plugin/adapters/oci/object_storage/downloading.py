"""Bringing an object into a file, several ranges of it at once. Imports ``oci``."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import attrs
from oci.exceptions import RequestException

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.home.disk_space import is_full, telling_when_full
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket
from oci_mlflow_plugin.adapters.oci.object_storage.metadata import PackObject
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import OvertakenError
from oci_mlflow_plugin.adapters.oci.object_storage.parallel import Stop, in_parallel
from oci_mlflow_plugin.adapters.oci.object_storage.parts import BLOCK, blocks
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes, ranges
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError, PreconditionError


def download(bucket: Bucket, there: PackObject, to: Path, step: Step, sizes: Sizes) -> str:
    """Makes `to` a file with the object's bytes, whole or not at all; gives their SHA-256.

    Raises:
        OvertakenError: The object is another one by now, or gone.
        OutOfSpaceError: The disk is full.
    """
    with _temporary(to) as temporary:
        sha256 = _brought(_Object(bucket, there), temporary, SharedStep(step, there.size), sizes)
        temporary.replace(to)
    return sha256


def sha256_of_object(bucket: Bucket, there: PackObject) -> str:
    """The SHA-256 of the object's bytes, which are kept nowhere; a range that breaks off is asked for again."""
    digest = hashlib.sha256()
    source, stop = _Object(bucket, there), Stop(bucket.clock)
    for offset, size in ranges(there.size, Sizes().part):
        content = bytearray()
        source.read(offset, size, stop, content.clear, content.extend)
        digest.update(content)
    return digest.hexdigest()


@attrs.frozen
class _Object:
    bucket: Bucket
    there: PackObject

    def read(
        self, offset: int, size: int, stop: Stop, again: Callable[[], object], take: Callable[[bytes], object]
    ) -> None:
        """Hands the range to `take`, block by block, after each call of `again` from its beginning.

        Raises:
            OvertakenError: The object has another etag by now, or is gone.
        """

        def once() -> None:
            stop.check()
            again()
            self._read(offset, size, stop, take)

        what = f"read {self.there.location}"
        try:
            call(stop, what, once, patience=self.bucket.patience)
        except (PreconditionError, AbsentOrForbiddenError) as refusal:
            raise OvertakenError from refusal

    def _read(self, offset: int, size: int, stop: Stop, take: Callable[[bytes], object]) -> None:
        response = self.bucket.client.get_object(
            *self.bucket.place,
            self.there.location.path,
            range=f"bytes={offset}-{offset + size - 1}",
            if_match=self.there.etag,
        )
        got = 0
        with closing(response.data):
            for block in response.data.raw.stream(BLOCK, decode_content=False):
                stop.check()
                got += len(block)
                if got > size:
                    break
                take(block)
        if got != size:
            raise RequestException(f"{got} bytes came of a range of {size}")


def _brought(source: _Object, path: Path, step: SharedStep, sizes: Sizes) -> str:
    stop = Stop(source.bucket.clock)
    digest = hashlib.sha256()
    places = ranges(source.there.size, sizes.part)
    tasks = (partial(_bring, source, path, place, step, stop) for place in places)
    # In order, and while others are still on their way: a buffer would hold bytes of the next range before they came.
    with path.open("rb", buffering=0) as stream:
        for _, size in in_parallel(tasks, sizes.workers, stop):
            for block in blocks(stream, size):
                digest.update(block)
    return digest.hexdigest()


def _bring(source: _Object, path: Path, place: tuple[int, int], step: SharedStep, stop: Stop) -> tuple[int, int]:
    offset, size = place
    with path.open("r+b") as stream:
        writing = _Writing(stream, offset, step)
        source.read(offset, size, stop, writing.begin, writing.write)
    return place


@attrs.define
class _Writing:
    stream: BinaryIO
    offset: int
    step: SharedStep
    written: int = 0

    def begin(self) -> None:
        self.step.count(-self.written)
        self.written = 0
        self.stream.seek(self.offset)

    def write(self, block: bytes) -> None:
        self.stream.write(block)
        self.written += len(block)
        self.step.count(len(block))


@contextmanager
def _temporary(to: Path) -> Iterator[Path]:
    temporary = to.with_name(f".{to.name}.{secrets.token_hex(8)}.part")
    with telling_when_full(to.parent, "fetching the pack"):
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            temporary.touch()
            yield temporary
        except OSError as fault:
            if is_full(fault):
                raise
            raise InvalidRequestError(f"could not write {to}: {fault.strerror or fault}") from fault
        finally:
            temporary.unlink(missing_ok=True)
