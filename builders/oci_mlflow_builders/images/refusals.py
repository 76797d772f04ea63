"""Whether images can be made of layers here; nothing heavy is imported."""

from __future__ import annotations


def unusable() -> str | None:
    """Why not, or None."""
    from oci_mlflow_builders.uv.program import find_uv  # noqa: PLC0415 - only when it is asked

    return None if find_uv() is not None else "the program 'uv' is not installed (pip install uv)"
