"""Variables of the environment in names and URLs of channels: ``${NAME}``, and ``$NAME`` as conda takes it too."""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<bare>[A-Za-z_][A-Za-z0-9_]*))")


def expanded(text: str, environ: Mapping[str, str]) -> str:
    """`text` with the variables that are set; others stay as they stand, as conda leaves them."""

    def value_of(match: re.Match[str]) -> str:
        return environ.get(match["braced"] or match["bare"], match[0])

    return _VARIABLE.sub(value_of, text)


def unset_in(text: str) -> str | None:
    """The first variable that is left in an expanded text, or None."""
    match = _VARIABLE.search(text)
    return None if match is None else match["braced"] or match["bare"]


def values_in(text: str, environ: Mapping[str, str]) -> frozenset[str]:
    """The values of the variables that `text` names."""
    names = (match["braced"] or match["bare"] for match in _VARIABLE.finditer(text))
    return frozenset(environ[name] for name in names if environ.get(name))
