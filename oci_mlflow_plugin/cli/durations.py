"""Lengths of time on the command line."""

from __future__ import annotations

import re
from typing import Any

import click

_FORM = re.compile(r"(?P<number>\d+)(?P<unit>[smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Duration(click.ParamType):  # type: ignore[type-arg]
    """``90``, ``90s``, ``15m``, ``2h`` or ``1d``, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Seconds."""
        if isinstance(value, int | float):
            return float(value)
        found = _FORM.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"expected a length of time such as 90s, 15m, 2h or 1d, got '{value}'", param, ctx)
        return float(int(found["number"]) * _SECONDS[found["unit"]])
