"""When a token ends, read from the token itself; nothing is verified, OCI does that."""

from __future__ import annotations

import base64
import binascii
import json

_PARTS = 3


def expiry_of(token: str) -> float | None:
    """The moment of the ``exp`` claim (RFC 7519) in seconds since 1970; None where the text is no such token."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        return None
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error):
        return None
    expiry = claims.get("exp") if isinstance(claims, dict) else None
    return float(expiry) if isinstance(expiry, int | float) else None
