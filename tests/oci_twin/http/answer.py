"""An answer on its way out: status, headers, and bytes with the end that they come to."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    """

    status: int
    headers: dict[str, str]
    chunks: Iterator[bytes]
    length: int | None = None
    ending: Ending = "whole"
    waits: bool = False

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
        return Answer(reply.status, headers, file_chunks(body, 0, length), length)
    return Answer(reply.status, headers, body, waits=True)


def file_chunks(path: Path, start: int, length: int) -> Iterator[bytes]:
    """A part of a file that is opened at once and read as its chunks are asked for."""
    file = path.open("rb")

    def chunks() -> Iterator[bytes]:
        left = length
        with file:
            file.seek(start)
            while left > 0 and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    return chunks()


def _flipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield bytes([chunk[0] ^ 1]) + chunk[1:]
        break
    yield from chunks
