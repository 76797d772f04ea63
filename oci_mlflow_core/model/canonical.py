"""One way to write JSON and one way to digest it, so that equal values have equal digests everywhere."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:  # noqa: ANN401
    """Plain JSON types as text: keys sorted, no spaces, UTF-8 unescaped, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(value: Any) -> str:  # noqa: ANN401
    """The SHA-256 of `canonical_json(value)` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
