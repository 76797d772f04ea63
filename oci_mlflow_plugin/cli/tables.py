"""Tables on the command line."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Lines with columns as wide as they have to be, two blanks apart.

    Args:
        head: What the columns are called.
        rows: As many cells each.
        right: The columns that end together, for numbers.
    """
    widths = [max(len(row[index]) for row in (head, *rows)) for index in range(len(head))]
    return [
        "  ".join(_cell(row[index], width, index in right) for index, width in enumerate(widths)).rstrip()
        for row in (head, *rows)
    ]


def _cell(text: str, width: int, at_right: bool) -> str:  # noqa: FBT001 - read once, above
    return text.rjust(width) if at_right else text.ljust(width)
