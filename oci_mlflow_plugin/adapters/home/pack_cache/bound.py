"""How many bytes the packs of the cache may take together."""

from __future__ import annotations

from collections.abc import Mapping

from oci_mlflow_core.errors import InvalidRequestError

#: The environment variable that says it; 0 keeps no packs.
BOUND_VARIABLE = "OCI_MLFLOW_PACKS_MAX_BYTES"
#: Some twenty environments with MLflow and a framework.
DEFAULT_BOUND = 10_000_000_000


def bound_of(environ: Mapping[str, str]) -> int:
    """The bytes that ``OCI_MLFLOW_PACKS_MAX_BYTES`` gives, else the default; an empty variable counts as none.

    Raises:
        InvalidRequestError: It is no number of bytes.
    """
    text = environ.get(BOUND_VARIABLE, "").strip()
    if not text:
        return DEFAULT_BOUND
    if not (text.isascii() and text.isdigit()):
        raise InvalidRequestError(
            f"{BOUND_VARIABLE}: expected a number of bytes, got '{text}'",
            f"Such as {DEFAULT_BOUND}, which is the default; 0 keeps no packs.",
        )
    return int(text)
