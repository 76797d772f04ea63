"""Lists a page at a time: ``limit``, ``page`` and ``opc-next-page``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence

from oci_twin.http.call import Call, Refusal, Reply


def paged(
    call: Call,
    items: Sequence[object],
    *,
    default: int = 50,
    maximum: int = 1000,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """One page of a list as a bare JSON array; ``opc-next-page`` names the next one while there is any.

    Raises:
        Refusal: 400 InvalidParameter for a limit outside 1 to ``maximum``, or a page that was never given.
    """
    limit = limit_of(call, default=default, maximum=maximum)
    start = _start_of(call)
    end = start + limit
    token = {"opc-next-page": _token(end)} if end < len(items) else {}
    return Reply(json=list(items[start:end]), headers={**(headers or {}), **token})


def limit_of(call: Call, *, default: int, maximum: int) -> int:
    text = call.query.get("limit", str(default))
    if not text.isdecimal() or not 1 <= int(text) <= maximum:
        raise Refusal(400, "InvalidParameter", f"limit is a number from 1 to {maximum}, not {text}.")
    return int(text)


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"start:{start}".encode()).decode("ascii")


def _start_of(call: Call) -> int:
    token = call.query.get("page")
    if token is None:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(token).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        word, number = "", ""
    if word != "start" or not number.isdecimal():
        raise Refusal(400, "InvalidParameter", f"page is what opc-next-page said, not {token}.")
    return int(number)
