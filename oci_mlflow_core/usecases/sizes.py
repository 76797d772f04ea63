"""Sizes as they are told."""

from __future__ import annotations

_GB, _MB = 1_000_000_000, 1_000_000


def told_size(size: int) -> str:
    """Bytes in kB, MB or GB."""
    if size < _MB:
        return f"{size / 1000:.1f} kB"
    return f"{size / _MB:.1f} MB" if size < _GB else f"{size / _GB:.1f} GB"
