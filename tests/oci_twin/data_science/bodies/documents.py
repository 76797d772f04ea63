"""The objects of a body: those with known fields, and those that come in several kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import attrs

from oci_twin.data_science.bodies.values import Value
from oci_twin.data_science.bodies.where import Where
from oci_twin.data_science.refusals import invalid, missing
from oci_twin.http.call import Refusal


@attrs.frozen
class Document:
    """An object with known fields.

    A field that is null counts as absent; where it is optional it is kept as null, because an update may mean by it
    that the value is to go.
    """

    required: Mapping[str, Value] = attrs.field(factory=dict)
    optional: Mapping[str, Value] = attrs.field(factory=dict)

    def read(self, value: object, where: Where) -> object:
        given = as_object(value, where)
        for key in self.required:
            if given.get(key) is None:
                raise missing(str(where.at(key)))
        fields = {**self.required, **self.optional}
        if where.refuse_unknown:
            _refuse_unknown(given, fields, where)
        return {key: self._member(fields[key], item, where.at(key)) for key, item in given.items() if key in fields}

    def _member(self, field: Value, item: object, where: Where) -> object:
        return None if item is None else field.read(item, where)


@attrs.frozen
class Kinds:
    """An object whose fields depend on one of them, the discriminator."""

    discriminator: str
    kinds: Mapping[str, Document]

    def read(self, value: object, where: Where) -> object:
        given = as_object(value, where)
        kind = given.get(self.discriminator)
        if kind is None:
            raise missing(str(where.at(self.discriminator)))
        if not isinstance(kind, str) or kind not in self.kinds:
            raise invalid(f"{where.at(self.discriminator)} must be one of {', '.join(self.kinds)}, not {kind!r}.")
        rest = {key: item for key, item in given.items() if key != self.discriminator}
        return {self.discriminator: kind, **cast("dict[str, object]", self.kinds[kind].read(rest, where))}


def as_object(value: object, where: Where) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise invalid(f"{where} must be an object.")
    return value


def _refuse_unknown(given: Mapping[str, object], fields: Mapping[str, Value], where: Where) -> None:
    unknown = sorted(key for key in given if key not in fields)
    if unknown:
        raise Refusal(400, "CannotParseRequest", f"{where} has no field {unknown[0]!r}.")


def without_nulls(value: object) -> object:
    """The same body with what is null left out, at every depth."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value
