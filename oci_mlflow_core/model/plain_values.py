"""Values out of JSON, as strictly as their classes say: nothing left out, nothing added, nothing of another type."""

from __future__ import annotations

import enum
import json
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import attrs

_Value = TypeVar("_Value")
_WORDS = {str: "text", int: "a whole number"}


def value_of(plain: object, kind: type[_Value], at: str = "") -> _Value:
    """The value that the JSON holds.

    Args:
        plain: What `json` made of it.
        kind: A class of attrs whose members are text, whole numbers, enumerations, such classes, or tuples of these.
        at: Where it stands, such as ``pip[0].version``; empty for the whole.

    Raises:
        ValueError: Says what is wrong, and where.
    """
    made: Any = _made(plain, kind, at)
    return made  # type: ignore[no-any-return]


def _made(plain: object, kind: Any, at: str) -> Any:  # noqa: ANN401 - whatever the annotation says
    if get_origin(kind) is tuple:
        entries = _expected(list, "a list", plain, at)
        return tuple(_made(entry, get_args(kind)[0], f"{at}[{number}]") for number, entry in enumerate(entries))
    if attrs.has(kind):
        return _object(_expected(dict, "an object", plain, at), kind, at)
    if issubclass(kind, enum.Enum):
        return _one_of(kind, plain, at)
    return _expected(kind, _WORDS[kind], plain, at)


def _object(plain: dict[str, Any], kind: Any, at: str) -> Any:  # noqa: ANN401
    fields = attrs.fields_dict(kind)
    missing = [name for name in fields if name not in plain]
    unknown = [name for name in plain if name not in fields]
    if missing or unknown:
        wrong = "it is missing" if missing else "nothing is called that here"
        raise ValueError(f"{_below(at, (missing or unknown)[0])}: {wrong}")
    hints = _hints(kind)
    return kind(**{name: _made(value, hints[name], _below(at, name)) for name, value in plain.items()})


def _one_of(kind: type[enum.Enum], plain: object, at: str) -> enum.Enum:
    known = [str(each.value) for each in kind]
    if plain not in known:
        raise ValueError(f"{at}: expected one of {', '.join(known)}, got {_shown(plain)}")
    return kind(plain)


def _expected(kind: type[Any], called: str, plain: object, at: str) -> Any:  # noqa: ANN401
    # JSON's true is a number for Python
    if not isinstance(plain, kind) or isinstance(plain, bool):
        place = f"{at}: " if at else ""
        raise ValueError(f"{place}expected {called}, got {_shown(plain)}")  # noqa: TRY004 - its type is its value
    return plain


def _shown(plain: object) -> str:
    if isinstance(plain, (dict, list)):
        return "an object" if isinstance(plain, dict) else "a list"
    return json.dumps(plain) if plain is None or isinstance(plain, bool) else repr(plain)


def _below(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)
