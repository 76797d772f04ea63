"""An error of the core as the text that a person reads."""

from __future__ import annotations

from oci_mlflow_core.errors import DeploymentError, listing


def error_text(error: DeploymentError) -> str:
    """The message, what to do about it, and what is still there."""
    parts = [str(error)]
    if error.hint:
        parts.append(f"Hint: {error.hint}")
    if error.leftovers:
        parts.append(listing("Still there:", error.leftovers))
    return "\n".join(parts)
