"""Scalars as the fields of the deployment file want them, and how a wrong one is shown."""

from __future__ import annotations

import enum
import math
import re
from typing import Any

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FLAGS = {"true": True, "false": False}
_LONGEST = 80


def as_whole(value: object, *, textual: bool) -> int | None:
    """A whole number, `2.0` included as JSON Schema has it, or None; text counts where it is `textual`."""
    if textual and isinstance(value, str):
        return int(value) if _WHOLE.fullmatch(value.strip()) else None
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def as_number(value: object, *, textual: bool) -> float | None:
    """A finite number, or None; text counts where it is `textual`."""
    if textual and isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def as_flag(value: object, *, textual: bool) -> bool | None:
    """True or false, or None; text counts where it is `textual`."""
    if textual and isinstance(value, str):
        return _FLAGS.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def as_choice(value: object, of: type[enum.Enum]) -> enum.Enum | None:
    """The member that the text names in any case, or None."""
    lowered = value.lower() if isinstance(value, str) else None
    return next((member for member in of if str(member.value).lower() == lowered), None)


def shown(value: Any) -> str:  # noqa: ANN401
    """A wrong value as a message shows it."""
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= _LONGEST else f"'{value[:_LONGEST]}…' ({len(value)} characters)"
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return str(value) if isinstance(value, int | float) else f"a {type(value).__name__}"


def quoted(value: object, names: tuple[str, ...]) -> str:
    """A value as a message shows it; one that was made from environment variables is told by their names alone."""
    return f"the value of {' and '.join(f'${{{name}}}' for name in names)}" if names else shown(value)
