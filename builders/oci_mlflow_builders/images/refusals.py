"""Whether images can be made of layers here; nothing heavy is imported."""

from __future__ import annotations

from oci_mlflow_builders.uv.program import find_uv


def unusable() -> str | None:
    """Why not, or None."""
    return None if find_uv() is not None else "the program 'uv' is not installed (pip install uv)"
