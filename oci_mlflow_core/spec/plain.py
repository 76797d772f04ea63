"""A deployment specification as plain JSON types."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.spec.deployment import DeploymentSpec


def plain_spec(spec: DeploymentSpec) -> dict[str, Any]:
    """The specification's fields by attribute name, without those that the file does not mention."""
    return attrs.asdict(spec, filter=_is_mentioned, value_serializer=_plain)


def _is_mentioned(_field: attrs.Attribute[Any], value: object) -> bool:
    return value is not None


def _plain(_owner: object, _field: object, value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, enum.Enum):
        return value.value
    return str(value) if isinstance(value, Path) else value
