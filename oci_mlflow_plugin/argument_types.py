"""What Python callers pass, checked for its type: annotations stop nobody, and a mistake is to be told as one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from oci_mlflow_core.errors import InvalidRequestError


def name(given: object) -> str:
    """The name of a deployment.

    Raises:
        InvalidRequestError: It is no text.
    """
    if isinstance(given, str):
        return given
    raise InvalidRequestError(f"the name of the deployment must be text, got {given!r}")


def model_uri(given: object) -> str:
    """A model URI, or the path of a model's folder as text.

    Raises:
        InvalidRequestError: It is neither.
    """
    path = os.fspath(given) if isinstance(given, os.PathLike) else given
    if isinstance(path, str):
        return path
    raise InvalidRequestError(f"the model URI must be text or the path of a model's folder, got {given!r}")


def mapping(what: str, given: object) -> Mapping[str, Any] | None:
    """Options or parameters by their names; None where there are none.

    Raises:
        InvalidRequestError: It is no mapping, or its keys are no texts.
    """
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise InvalidRequestError(f"{what} must be a mapping of names to values, got {given!r}")
    for key in given:
        if not isinstance(key, str):
            raise InvalidRequestError(f"the names in {what} must be text, got {key!r}")
    return given
