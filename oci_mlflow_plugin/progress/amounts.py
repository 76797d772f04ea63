"""Bytes and seconds as people read them."""

from __future__ import annotations

_MINUTE = 60.0


def megabytes(size: int) -> str:
    """Decimal megabytes with one digit, as OCI counts them."""
    return f"{size / 1_000_000:.1f} MB"


def duration(seconds: float) -> str:
    """``0.4 s`` or ``3 min 12 s``."""
    if round(seconds, 1) < _MINUTE:
        return f"{seconds:.1f} s"
    whole = int(max(seconds, _MINUTE))
    return f"{whole // 60} min {whole % 60} s"


def transferred(done: int, total: int | None) -> str:
    """``12.0 MB`` or ``12.0 of 230.1 MB``."""
    return megabytes(done) if total is None else f"{done / 1_000_000:.1f} of {megabytes(total)}"
