"""The columns of a model's signature, as `MLmodel` spells them."""

from __future__ import annotations

import json
from typing import Any


def column_types(signature: dict[str, Any] | None) -> dict[str, str]:
    """Type by name, such as ``{"id": "string", "amount": "double"}``; empty where the inputs are not named columns."""
    inputs = _inputs(signature)
    if not all("name" in column and column.get("type") != "tensor" for column in inputs):
        return {}
    return {str(column["name"]): str(column.get("type", "")) for column in inputs}


def _inputs(signature: dict[str, Any] | None) -> list[dict[str, Any]]:
    inputs = (signature or {}).get("inputs") or []
    if isinstance(inputs, str):
        inputs = json.loads(inputs)
    return [column for column in inputs if isinstance(column, dict)]
