"""Saying how a pack differs from the one that is published already."""

from __future__ import annotations

from oci_mlflow_core.errors import PackConflictError
from oci_mlflow_core.model.pack import PackFile, StoredPack

#: Characters of a digest that are shown.
_SHOWN = 12


def conflict_of(there: StoredPack, sha256_there: str, new: PackFile) -> PackConflictError:
    """The error for a location that is taken, naming what differs; `sha256_there` is empty where it is not known."""
    pairs = (
        ("Python", there.manifest.python, new.manifest.python),
        ("platform", there.manifest.platform, new.manifest.platform),
        ("builder", there.manifest.builder, new.manifest.builder),
        ("lock digest", _short(there.manifest.lock_digest), _short(new.manifest.lock_digest)),
        ("sha256", _short(sha256_there), _short(new.sha256)),
    )
    differences = [
        f"{what} ({old or 'unknown'} there, {ours or 'unknown'} here)" for what, old, ours in pairs if old != ours
    ]
    return PackConflictError(
        str(there.location),
        f"another pack is published there; it differs in {', '.join(differences)}",
        "Give another version, or none so that it follows from what is in the environment, or set overwrite: true.",
    )


def _short(digest: str | None) -> str | None:
    return digest[:_SHOWN] if digest else None
