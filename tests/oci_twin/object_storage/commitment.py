"""Which parts make an object."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

from oci_twin.object_storage.rules import bad


def committed_parts(details: dict[str, Any], uploaded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts to commit, in their order.

    Raises:
        Refusal: 400 InvalidUploadPart for parts that were not uploaded so, or that are in neither list or in both;
            400 InvalidUploadPartOrder for parts out of order.
    """
    wanted = details.get("partsToCommit") or []
    excluded = set(details.get("partsToExclude") or [])
    numbers = [one.get("partNum") for one in wanted]
    known = {part["partNumber"]: part for part in uploaded}
    if not wanted:
        raise bad("InvalidUploadPart", "There are no parts to commit.")
    if any(
        number not in known or known[number]["etag"] != one.get("etag")
        for number, one in zip(numbers, wanted, strict=True)
    ):
        raise bad("InvalidUploadPart", "There were some invalid part (partNum/etag) combinations for the upload.")
    if numbers != sorted(set(numbers)):
        raise bad("InvalidUploadPartOrder", "The parts to commit are not in the order of their numbers.")
    if excluded & set(numbers) or set(known) - excluded - set(numbers):
        raise bad("InvalidUploadPart", "Each part has to be in either partsToExclude or partsToCommit.")
    return [known[number] for number in numbers]


def multipart_md5(digests: Iterable[bytes]) -> str:
    """``opc-multipart-md5``: the MD5 of the parts' MD5s, and how many there are."""
    all_of_them = list(digests)
    whole = hashlib.md5(b"".join(all_of_them), usedforsecurity=False).digest()
    return f"{base64.b64encode(whole).decode('ascii')}-{len(all_of_them)}"
