"""What a handler is given, and what it answers."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from attrs import evolve, field, frozen


class Headers(Mapping[str, str]):
    """Headers, whatever the case of their names; of several of one name, the last."""

    def __init__(self, pairs: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        items = pairs.items() if isinstance(pairs, Mapping) else pairs
        self._values = {name.lower(): value for name, value in items}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Refusal(Exception):  # noqa: N818 - it is an answer, not a mishap of the twin
    """An answer that says no: ``{"code": …, "message": …}`` with a status."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


@frozen
class Call:
    """One request, its body read to the end.

    Attributes:
        path: As it was sent, percent signs and all, without the query.
        params: The parts of the path that the route's template names, decoded.
        query: Decoded; of several of one name, the last.
        body: Seekable, at its start.
        length: Bytes of the body.
        md5: Digest of the body (raw 16 bytes).
        sha256: Digest of the body (raw 32 bytes).
        file: Where the body lies when it was too large for memory.
        key_id: Who signed, as the signature names it; empty on unsigned routes.
    """

    method: str
    path: str
    params: dict[str, str] = field(factory=dict)
    query: dict[str, str] = field(factory=dict)
    headers: Headers = field(factory=Headers)
    body: BinaryIO = field(factory=io.BytesIO)
    length: int = 0
    md5: bytes = b""
    sha256: bytes = b""
    file: Path | None = None
    key_id: str = ""

    def with_params(self, params: dict[str, str]) -> Call:
        return evolve(self, params=params)

    def content(self) -> bytes:
        """The whole body."""
        self.body.seek(0)
        return self.body.read()

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Refusal: 400 CannotParseRequest when it is none.
        """
        try:
            return json.loads(self.content())
        except ValueError as error:
            raise Refusal(400, "CannotParseRequest", f"The body is no JSON: {error}") from error

    def fields(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            Refusal: 400 CannotParseRequest when it is none.
        """
        found = self.json()
        if not isinstance(found, dict):
            raise Refusal(400, "CannotParseRequest", "The body is no JSON object.")
        return found

    def save(self, path: Path) -> None:
        """Puts the body where ``path`` says, by moving the file that it was received into; it is read no more."""
        if self.file is None:
            path.write_bytes(self.content())
        else:
            os.replace(self.file, path)  # noqa: PTH105 - one spelling for moves that replace


@frozen
class Reply:
    """An answer: JSON, or bytes, or a file, or bytes as they come, or nothing."""

    status: int = 200
    json: object = None
    body: bytes | Path | Iterator[bytes] | None = None
    headers: Mapping[str, str] = field(factory=dict)
