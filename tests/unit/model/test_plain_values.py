"""JSON is taken for a value where it is one, and what is wrong with it is told with its place."""

from __future__ import annotations

import enum
import re

import attrs
import pytest

from oci_mlflow_core.model.plain_values import value_of


class _Colour(str, enum.Enum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen(kw_only=True)
class _Part:
    name: str
    size: int = 1


@attrs.frozen(kw_only=True)
class _Whole:
    colour: _Colour
    parts: tuple[_Part, ...]
    words: tuple[str, ...] = ()


_RED: dict[str, object] = {"colour": "red", "parts": [], "words": []}


def test_a_value_is_made_of_what_its_class_says() -> None:
    plain = {"colour": "blue", "parts": [{"name": "one", "size": 0}, {"name": "two", "size": 3}], "words": ["a"]}

    made = value_of(plain, _Whole)

    assert made == _Whole(
        colour=_Colour.BLUE, parts=(_Part(name="one", size=0), _Part(name="two", size=3)), words=("a",)
    )


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        ([], "expected an object, got a list"),
        ({"parts": [], "words": []}, "colour: it is missing"),
        ({"colour": "red", "parts": []}, "words: it is missing"),
        ({**_RED, "part": 1}, "part: nothing is called that here"),
        ({**_RED, "colour": "green"}, "colour: expected one of red, blue, got 'green'"),
        ({**_RED, "colour": ["red"]}, "colour: expected one of red, blue, got a list"),
        ({**_RED, "parts": {}}, "parts: expected a list, got an object"),
        ({**_RED, "parts": [{"name": "a", "size": 1}, {"size": 1}]}, "parts[1].name: it is missing"),
        ({**_RED, "parts": [{"name": 3, "size": 1}]}, "parts[0].name: expected text, got 3"),
        ({**_RED, "parts": [{"name": "a", "size": "3"}]}, "parts[0].size: expected a whole number, got '3'"),
        ({**_RED, "parts": [{"name": "a", "size": True}]}, "parts[0].size: expected a whole number, got true"),
        ({**_RED, "words": "ab"}, "words: expected a list, got 'ab'"),
        ({**_RED, "words": [None]}, "words[0]: expected text, got null"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(plain: object, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        value_of(plain, _Whole)
