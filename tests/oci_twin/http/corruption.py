"""An upload of which one bit was flipped on its way."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from attrs import evolve

from oci_twin.http.call import Call


def corrupted_upload(call: Call) -> Call:
    """The call as if the first bit of its body had arrived flipped; digests are those of what arrived."""
    body = call.content()
    body = bytes([body[0] ^ 1]) + body[1:]
    if call.file is not None:
        _overwrite_first(call.file, body[:1])
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    return evolve(call, body=io.BytesIO(body), md5=digest, sha256=hashlib.sha256(body).digest())


def _overwrite_first(path: Path, byte: bytes) -> None:
    with path.open("r+b") as file:
        file.write(byte)
