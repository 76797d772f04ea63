"""How errors word names and lists."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was most likely meant to be, or None where nothing is near."""
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def one_of(names: Iterable[str]) -> str:
    """``'a', 'b' or 'c'``, for sentences that list what would have been right."""
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def listing(title: str, lines: Sequence[str]) -> str:
    """`title` followed by one indented line each, for messages that enumerate."""
    return "\n".join([title, *(f"  {line}" for line in lines)])
