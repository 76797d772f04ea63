"""Plain JSON values of the service's side."""

from __future__ import annotations

from typing import Any

#: A JSON object with the service's own names.
Plain = dict[str, Any]


def without_none(**values: Any) -> Plain:  # noqa: ANN401 - JSON
    """The values that are there; the service takes an absent key, not a null, for what is not said."""
    return {key: value for key, value in values.items() if value is not None}


def number(value: float | None) -> float | None:
    """4 rather than 4.0, so that a setting that was read shows as the user wrote it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
