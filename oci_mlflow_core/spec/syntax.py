"""What a YAML parser's complaint means in the words of the person who wrote the file."""

from __future__ import annotations

import re

import attrs

#: ``key: {braces}more``: YAML ends the value at the closing brace and then meets text that fits nowhere.
_OPENS_LIKE_A_COLLECTION = re.compile(r"^(?P<lead>\s*(?:- +)*(?:[^\s:#][^:#]*:\s+)?)(?P<value>[{\[].*?)\s*$")
#: What the parser's complaints (a part of each) mean; the first that fits.
_MEANINGS = (
    (
        "mapping values are not allowed",
        "a second ': ' in one value; put the value in quotes, or correct the indentation",
    ),
    ("cannot start any token", "a value cannot begin with '{character}'; put it in quotes"),
    (
        "undefined alias",
        "a value that begins with '*' names an alias, and there is none of that name; put it in quotes",
    ),
    ("another document", "a second document begins here; the file may hold only one"),
    ("but got '<stream end>'", "the text ends inside a list or a mapping; a ']' or a '}' is missing"),
    ("found unexpected end of stream", "the text ends inside a quoted value"),
)
_TAB = re.compile(r"^ *\t")


@attrs.frozen
class Place:
    """1-based line and column."""

    line: int
    column: int


def explained(text: str, problem: str, where: Place | None) -> tuple[str, Place | None]:
    """A sentence for the parser's `problem`, and the place that it is about.

    The parser often stumbles behind the fault (at the end of the line, or on the next one); the place returned is
    the one to correct.
    """
    lines = text.splitlines()
    if where is None or not lines:
        return f"not valid YAML: {problem}", where
    line = lines[min(where.line, len(lines)) - 1]
    if _TAB.match(line):
        return "a tab indents this line; YAML allows spaces only", Place(where.line, line.index("\t") + 1)
    collection = _unquoted_collection(lines, where)
    if collection is not None:
        return collection
    character = line[where.column - 1 : where.column]
    for complaint, meaning in _MEANINGS:
        if complaint in problem:
            return meaning.replace("{character}", character), where
    return f"not valid YAML: {problem}", where


def _unquoted_collection(lines: list[str], where: Place) -> tuple[str, Place] | None:
    line = lines[min(where.line, len(lines)) - 1]
    found = _OPENS_LIKE_A_COLLECTION.match(line)
    if found is None:
        return None
    value, begins = found["value"], found.end("lead") + 1
    closing = "}" if value[0] == "{" else "]"
    rest = value[value.rfind(closing) + 1 :] if closing in value else ""
    if not rest.strip() or rest.lstrip().startswith("#"):
        return None
    kind = "mapping" if value[0] == "{" else "list"
    return f"YAML reads the '{value[0]}' as the beginning of a {kind}; put the value in quotes: \"{value}\"", Place(
        where.line, begins
    )
