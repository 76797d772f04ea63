"""The part of the query language of log search that tails of logs are asked for in.

``search "<compartment>/<log group>/<log>" [, …] [| where <field> <operator> '<value>' [and …]] [| sort by datetime
[asc|desc]] [| limit <number>]``; a stream may name a log by its OCID or its name, and may end after any of its parts.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from attrs import field, frozen

from oci_twin.http.call import Refusal

_CONDITION = re.compile(r"""^([\w.]+)\s*(=|!=|>=|<=|>|<)\s*(?:'([^']*)'|"([^"]*)"|(\S+))$""")
_AND = re.compile(r"\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)", re.IGNORECASE)
_SORT = re.compile(r"^sort\s+by\s+datetime(?:\s+(asc|desc))?$", re.IGNORECASE)
_LIMIT = re.compile(r"^limit\s+(\d+)$", re.IGNORECASE)
_PIPE = re.compile(r"\|(?=(?:[^']*'[^']*')*[^']*$)")

_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "=": fnmatchcase,
    "!=": lambda value, pattern: not fnmatchcase(value, pattern),
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@frozen
class Condition:
    """One comparison; ``=`` and ``!=`` take ``*`` for anything."""

    field: str
    operator: str
    value: str

    def holds(self, value: str) -> bool:
        return _COMPARISONS[self.operator](value, self.value)


@frozen
class Query:
    """A search that was understood.

    Attributes:
        streams: The parts of each stream: compartment, log group, log.
        newest_first: Whether the newest line comes first, as it does unless the query says otherwise.
    """

    streams: tuple[tuple[str, ...], ...]
    conditions: tuple[Condition, ...] = field(default=())
    newest_first: bool = True
    limit: int | None = None


def parsed(text: str) -> Query:
    """The query that a text says.

    Raises:
        Refusal: 400 InvalidParameter for what this part of the language does not have.
    """
    head, *stages = (stage.strip() for stage in _PIPE.split(text))
    conditions: list[Condition] = []
    newest_first, limit = True, None
    for stage in stages:
        if stage.lower().startswith("where "):
            conditions += [_condition(one) for one in _AND.split(stage[len("where ") :].strip())]
        elif sort := _SORT.match(stage):
            newest_first = (sort[1] or "asc").lower() == "desc"
        elif number := _LIMIT.match(stage):
            limit = int(number[1])
        else:
            raise _refusal(stage)
    return Query(_streams(head), tuple(conditions), newest_first, limit)


def _streams(head: str) -> tuple[tuple[str, ...], ...]:
    word, _, rest = head.partition(" ")
    streams = re.findall(r'"([^"]+)"', rest)
    if word.lower() != "search" or not streams:
        raise _refusal(head)
    return tuple(tuple(stream.split("/")) for stream in streams)


def _condition(text: str) -> Condition:
    match = _CONDITION.match(text.strip())
    if match is None:
        raise _refusal(text)
    return Condition(match[1], match[2], next(value for value in match.groups()[2:] if value is not None))


def _refusal(part: str) -> Refusal:
    return Refusal(400, "InvalidParameter", f"The search query is not understood at: {part}")
