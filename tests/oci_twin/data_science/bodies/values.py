"""The plain values of a body: texts, numbers, lists and maps.

Each has ``read(value, where)``, which gives back the value or refuses it with 400.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs

from oci_twin.data_science.bodies.where import Where
from oci_twin.data_science.refusals import invalid


class Value(Protocol):
    """Anything that a body may hold."""

    def read(self, value: object, where: Where) -> object:
        """Gives the value as it is kept.

        Raises:
            Refusal: 400, the value is of another type or out of its limits.
        """


@attrs.frozen
class Text:
    """A string."""

    longest: int | None = None
    choices: Sequence[str] = ()
    pattern: str | None = None

    def read(self, value: object, where: Where) -> object:
        if not isinstance(value, str):
            raise invalid(f"{where} must be a string.")
        if self.choices and value not in self.choices:
            raise invalid(f"{where} must be one of {', '.join(self.choices)}, not {value!r}.")
        if self.longest is not None and len(value) > self.longest:
            raise invalid(f"{where} must have at most {self.longest} characters; it has {len(value)}.")
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            raise invalid(f"{where} must match {self.pattern}, which {value!r} does not.")
        return value


def ocid(kind: str) -> Text:
    """An OCID of a resource of one kind."""
    return Text(longest=255, pattern=rf"ocid1\.{kind}\.[A-Za-z0-9._-]+")


@attrs.frozen
class Whole:
    """An integer."""

    least: int | None = None
    most: int | None = None

    def read(self, value: object, where: Where) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            raise invalid(f"{where} must be an integer.")
        _within(value, self.least, self.most, where)
        return value


@attrs.frozen
class Real:
    """A number."""

    least: float | None = None
    most: float | None = None

    def read(self, value: object, where: Where) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise invalid(f"{where} must be a number.")
        _within(value, self.least, self.most, where)
        return value


def _within(value: float, least: float | None, most: float | None, where: Where) -> None:
    if least is not None and value < least:
        raise invalid(f"{where} must be at least {least}, not {value}.")
    if most is not None and value > most:
        raise invalid(f"{where} must be at most {most}, not {value}.")


@attrs.frozen
class Flag:
    """A boolean."""

    def read(self, value: object, where: Where) -> object:
        if not isinstance(value, bool):
            raise invalid(f"{where} must be true or false.")
        return value


@attrs.frozen
class Anything:
    """Any JSON value."""

    def read(self, value: object, where: Where) -> object:
        return value


@attrs.frozen
class Many:
    """A list."""

    of: Value
    least: int = 0
    most: int | None = None

    def read(self, value: object, where: Where) -> object:
        if not isinstance(value, list):
            raise invalid(f"{where} must be a list.")
        if len(value) < self.least:
            raise invalid(f"{where} must have at least {self.least} items, not {len(value)}.")
        if self.most is not None and len(value) > self.most:
            raise invalid(f"{where} must have at most {self.most} items, not {len(value)}.")
        return [self.of.read(item, where.at(number)) for number, item in enumerate(value)]


@attrs.frozen
class Map:
    """An object whose keys the caller chooses."""

    of: Value

    def read(self, value: object, where: Where) -> object:
        if not isinstance(value, Mapping):
            raise invalid(f"{where} must be an object.")
        return {str(key): self.of.read(item, where.at(str(key))) for key, item in value.items()}
