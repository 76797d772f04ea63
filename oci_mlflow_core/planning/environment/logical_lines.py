"""A requirements file as the lines that pip sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oci_mlflow_core.planning.environment.place import Place, PlacedText

_COMMENT = re.compile(r"(^|\s+)#.*$")


def logical_lines(text: str, source: str) -> tuple[PlacedText, ...]:
    """Lines with continuations joined and comments removed, each where it begins; empty ones are left out.

    Source: pip documentation, "Requirements File Format" (``#`` needs a space before it).
    """
    return tuple(line for line in map(_without_comment, _joined(text, source)) if line.text)


def _joined(text: str, source: str) -> Iterator[PlacedText]:
    parts: list[str] = []
    first = 1
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        is_comment = line.lstrip().startswith("#")
        if not parts:
            first = number
        if line.endswith("\\") and not is_comment:
            parts.append(line[:-1])
            continue
        yield _placed("".join([*parts, f" {line}" if parts and is_comment else line]), source, first)
        parts = []
    if parts:
        yield _placed("".join(parts), source, first)


def _placed(line: str, source: str, number: int) -> PlacedText:
    return PlacedText(line, Place(source, number, len(line) - len(line.lstrip()) + 1))


def _without_comment(line: PlacedText) -> PlacedText:
    return PlacedText(_COMMENT.sub("", line.text).strip(), line.place)
