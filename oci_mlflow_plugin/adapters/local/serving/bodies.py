"""Reading request bodies without letting them grow above the limit."""

from __future__ import annotations

from collections.abc import Callable

from oci_mlflow_plugin.adapters.local.serving.answers import BODY_LIMIT

_CHUNK = 1 << 16
#: What is read and thrown away so that a client can finish sending and see the answer, rather than a broken connection.
_PATIENCE = 64 * BODY_LIMIT


class Body:
    """A body that is collected piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Keeps the piece as long as the whole is within the limit."""
        self.size += len(piece)
        if self.size > BODY_LIMIT:
            self._pieces.clear()
        else:
            self._pieces.append(piece)

    @property
    def exhausting(self) -> bool:
        """Whether so much was thrown away that the connection may be cut."""
        return self.size > _PATIENCE

    def value(self) -> bytes | None:
        """All of it, or None where it was larger than the limit."""
        return None if self.size > BODY_LIMIT else b"".join(self._pieces)


def content_length(text: str | None) -> int | None:
    """The value of a Content-Length header; None where there is none that can be understood."""
    return int(text) if text is not None and text.isdecimal() else None


def read_body(read: Callable[[int], bytes], length: int | None) -> bytes | None:
    """Reads that many bytes; None where they are more than the limit."""
    body = Body()
    left = length or 0
    while left and not body.exhausting:
        piece = read(min(left, _CHUNK))
        if not piece:
            break
        left -= len(piece)
        body.add(piece)
    return body.value()
