"""The forms that values of the deployment file take, derived from the classes' annotations.

The reader and the JSON Schema are both made from these, so that neither can know a key, a type or a limit that the
other does not.
"""

from __future__ import annotations

import enum
import functools
import types
import typing
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.spec.keys import Key, SectionForm, key_of
from oci_mlflow_core.spec.values import Limit


@attrs.frozen
class Text:
    """A string."""

    limit: Limit | None = None
    #: Whether an unquoted whole number is taken as text, as in ``env: {WORKERS: 2}``.
    takes_whole: bool = False


@attrs.frozen
class Whole:
    """A whole number."""

    limit: Limit | None = None
    quotable: bool = False


@attrs.frozen
class Number:
    """A number."""

    limit: Limit | None = None


@attrs.frozen
class Flag:
    """true or false."""


@attrs.frozen
class FilePath:
    """A file or folder, relative to the deployment file."""


@attrs.frozen
class Choice:
    """One of a few words, in any case."""

    of: type[enum.Enum]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(str(member.value) for member in self.of)


@attrs.frozen
class Free:
    """Any plain value."""


@attrs.frozen
class ListOf:
    """A list."""

    item: Kind
    limit: Limit | None = None


@attrs.frozen
class MapOf:
    """A mapping with keys of the user's choice."""

    item: Kind
    limit: Limit | None = None
    names: Limit | None = None


@attrs.frozen
class Mapping:
    """A mapping with the keys of one class."""

    of: type


@attrs.frozen
class Either:
    """A mapping, or text."""

    mapping: Mapping
    text: Text


@attrs.frozen(eq=False)
class Section:
    """``{kind, type, spec}``."""

    form: SectionForm

    @property
    def classes(self) -> tuple[type, ...]:
        return tuple(dict.fromkeys(self.form.types.values()))


Kind = Text | Whole | Number | Flag | FilePath | Choice | Free | ListOf | MapOf | Mapping | Either | Section


@attrs.frozen
class Field:
    """One key of a class."""

    attribute: str
    key: Key
    kind: Kind

    @property
    def spellings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.key.name, self.attribute, *self.key.aliases)))


@functools.cache
def fields_of(cls: type) -> tuple[Field, ...]:
    """The keys of a class, in the order of their declaration."""
    hints = typing.get_type_hints(cls)
    return tuple(
        Field(attribute=field.name, key=key_of(field), kind=_kind(hints[field.name], key_of(field)))
        for field in attrs.fields(cls)
    )


def names_of(cls: type) -> tuple[str, ...]:
    """The keys of a class as the file spells them."""
    return tuple(field.key.name for field in fields_of(cls))


def field_named(cls: type, spelling: str) -> Field | None:
    """The field that a key of the file means."""
    return next((field for field in fields_of(cls) if spelling in field.spellings), None)


def _kind(hint: Any, key: Key) -> Kind:  # noqa: ANN401
    if key.section is not None:
        return Section(key.section)
    options = [option for option in _options(hint) if option is not types.NoneType]
    if len(options) > 1:
        mapping = next(option for option in options if attrs.has(option))
        return Either(Mapping(mapping), Text(key.limit))
    return _single(options[0], key)


def _options(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return typing.get_args(hint) if is_union else (hint,)


def _single(hint: Any, key: Key) -> Kind:  # noqa: ANN401
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return ListOf(_single(arguments[0], attrs.evolve(key, limit=key.items)), key.limit)
    if typing.get_origin(hint) is dict:
        return MapOf(_map_item(arguments[1], key), key.limit, key.names)
    if hint is Any:
        return Free()
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return Choice(hint)
    if attrs.has(hint):
        return Mapping(hint)
    return _scalar(hint, key)


def _map_item(hint: Any, key: Key) -> Kind:  # noqa: ANN401
    if hint is str:
        return Text(key.items, takes_whole=True)
    return _single(hint, attrs.evolve(key, limit=None))


def _scalar(hint: Any, key: Key) -> Kind:  # noqa: ANN401
    scalars: dict[Any, Kind] = {
        str: Text(key.limit),
        int: Whole(key.limit, quotable=key.quotable),
        float: Number(key.limit),
        bool: Flag(),
        Path: FilePath(),
    }
    return scalars[hint]
