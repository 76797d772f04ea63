"""An answer on its way out: status, headers, and bytes with the end that they come to."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from attrs import evolve, frozen

from oci_twin.http.call import Reply

CHUNK = 1024 * 1024
Ending = Literal["whole", "cut", "reset"]


@frozen
class Answer:
    """What goes over the wire.

    Attributes:
        chunks: The body.
        length: Bytes of the body, where they are known.
        ending: ``cut`` closes the connection in the middle; ``reset`` resets it, and nothing is sent.
        waits: Whether the next chunk may take its time.
        close: Closes what the chunks come from, sent or not.
    """

    status: int
    headers: dict[str, str]
    chunks: Iterator[bytes]
    length: int | None = None
    ending: Ending = "whole"
    waits: bool = False
    close: Callable[[], None] = lambda: None

    def ending_in(self, ending: Ending) -> Answer:
        return evolve(self, ending=ending)

    def corrupted(self) -> Answer:
        """The answer with one bit of its body flipped."""
        return evolve(self, chunks=_flipped(self.chunks))


def reset() -> Answer:
    return Answer(0, {}, iter(()), ending="reset")


def answer_of(reply: Reply) -> Answer:
    """The reply, its file already open, so that nothing that happens to the file's name matters any more."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    body = reply.body
    if reply.json is not None:
        headers.setdefault("content-type", "application/json")
        body = json.dumps(reply.json).encode()
    if body is None:
        return Answer(reply.status, headers, iter(()), 0)
    headers.setdefault("content-type", "application/octet-stream")
    if isinstance(body, bytes):
        return Answer(reply.status, headers, iter((body,)), len(body))
    if isinstance(body, Path):
        length = body.stat().st_size
        body = file_chunks(body, 0, length)
        return Answer(reply.status, headers, body, length, close=body.close)
    return Answer(reply.status, headers, body, waits=True, close=getattr(body, "close", lambda: None))


class FileChunks:
    """A part of a file, as chunks; the file is opened at once, so that it may be removed meanwhile."""

    def __init__(self, path: Path, start: int, length: int) -> None:
        self._file = path.open("rb")
        self._file.seek(start)
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = self._file.read(min(CHUNK, self._left)) if self._left else b""
        if not chunk:
            self.close()
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._left = 0
        self._file.close()


def file_chunks(path: Path, start: int, length: int) -> FileChunks:
    """The part of a file that begins at a byte and has a length; the file is opened at once."""
    return FileChunks(path, start, length)


class Chained:
    """Files one after the other."""

    def __init__(self, files: list[FileChunks]) -> None:
        self._files = files
        self._chunks = itertools.chain.from_iterable(files)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        for file in self._files:
            file.close()


def _flipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield bytes([chunk[0] ^ 1]) + chunk[1:]
        break
    yield from chunks
