"""Packs as plain JSON types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oci_mlflow_core.model.pack import CachedPack

SHOWN_DIGITS = 12


def plain_packs(packs: Iterable[CachedPack]) -> list[dict[str, Any]]:
    """One mapping a pack."""
    return [
        {
            "lock_digest": pack.lock_digest,
            "name": pack.manifest.name,
            "python": pack.manifest.python,
            "platform": pack.manifest.platform,
            "packages": pack.packages,
            "size": pack.size,
            "sha256": pack.sha256,
            "last_used": pack.last_used.isoformat(),
            "in_use": pack.in_use,
            "path": str(pack.path),
        }
        for pack in packs
    ]
