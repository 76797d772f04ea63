"""Saying how a pack differs from the one that is published already."""

from __future__ import annotations

from oci_mlflow_core.errors import PackConflictError
from oci_mlflow_core.model.pack import PackManifest, StoredPack

#: Characters of a digest that are shown.
_SHOWN = 12


def conflict_of(there: StoredPack, sha256_there: str, new: PackManifest, sha256: str = "") -> PackConflictError:
    """The error for a location that is taken, naming what differs.

    Args:
        there: What is there.
        sha256_there: Of its bytes; empty where it is not known.
        new: The manifest of the pack that was to be published.
        sha256: Of the new pack; empty for one that is still being made, whose bytes are not compared.
    """
    pairs = (
        ("Python", there.manifest.python, new.python),
        ("platform", there.manifest.platform, new.platform),
        ("builder", there.manifest.builder, new.builder),
        ("lock digest", _short(there.manifest.lock_digest), _short(new.lock_digest)),
        *([("sha256", _short(sha256_there), _short(sha256))] if sha256 else []),
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
