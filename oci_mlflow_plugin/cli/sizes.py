"""Numbers of bytes on the command line."""

from __future__ import annotations

import re
from typing import Any

import click

_FORM = re.compile(r"(?P<number>\d+(?:\.\d+)?) ?(?P<unit>[kmgt]?)b?", re.IGNORECASE)
_BYTES = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}


class Size(click.ParamType):  # type: ignore[type-arg]
    """``500MB``, ``1.5 GB`` or a number of bytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Bytes."""
        found = _FORM.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"expected a size such as 500MB, 2GB or 0, got '{value}'", param, ctx)
        return int(float(found["number"]) * _BYTES[found["unit"].lower()])


def told_size(size: int) -> str:
    """Bytes for a person."""
    return f"{size / 1_000_000:.1f} MB"
