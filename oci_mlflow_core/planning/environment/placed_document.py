"""YAML files of a model, read with the places of what they hold."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.planning.environment.place import EnvironmentFileError, Place, PlacedText
from oci_mlflow_core.spec.document import Document, parse_document

Route = tuple[str | int, ...]


@attrs.frozen
class PlacedDocument:
    """A mapping of YAML whose parts are asked for by the type that they must have."""

    _document: Document

    @classmethod
    def read(cls, text: str, source: str) -> PlacedDocument:
        """Reads a file.

        Raises:
            EnvironmentFileError: It is not YAML, or not a mapping.
        """
        try:
            document = cls(parse_document(text, source))
        except SpecError as fault:
            first = fault.violations[0]
            raise EnvironmentFileError(Place(source, first.line or 1, first.column or 1), first.message) from None
        if not isinstance(document._document.value, dict):
            raise EnvironmentFileError(document.place(()), "expected a mapping of keys to values")
        return document

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the mapping, as written."""
        return tuple(self._document.value)

    def place(self, path: Route, *, key: bool = False) -> Place:
        """Where the value at `path` stands, or its key."""
        line, column = self._document.position(path, key=key) or (1, 1)
        return Place(self._document.source, line, column)

    def text(self, path: Route) -> PlacedText | None:
        """A scalar as it is written (``3.10`` stays 3.10); None where there is none.

        Raises:
            EnvironmentFileError: It is not a scalar.
        """
        value = self._value(path)
        if value is None:
            return None
        if isinstance(value, (dict, list)):
            raise EnvironmentFileError(self.place(path), f"expected text, got {_kind(value)}")
        return PlacedText(str(self._document.text(path)).strip(), self.place(path))

    def texts(self, path: Route) -> tuple[PlacedText, ...]:
        """A list of scalars, flattened; empty where there is none."""
        return tuple(text for each in self.items(path) for text in self._flat(each))

    def items(self, path: Route) -> tuple[Route, ...]:
        """The paths of a list's items; empty where there is no list.

        Raises:
            EnvironmentFileError: It is not a list.
        """
        value = self._value(path)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise EnvironmentFileError(self.place(path), f"expected a list, got {_kind(value)}")
        return tuple((*path, index) for index in range(len(value)))

    def keys_at(self, path: Route) -> tuple[str, ...] | None:
        """The keys of the mapping at `path`; None where it is something else."""
        value = self._value(path)
        return tuple(value) if isinstance(value, dict) else None

    def _flat(self, path: Route) -> tuple[PlacedText, ...]:
        if isinstance(self._value(path), list):
            return self.texts(path)
        text = self.text(path)
        return (text,) if text is not None and text.text else ()

    def _value(self, path: Route) -> object:
        value = self._document.value
        for part in path:
            if isinstance(value, dict) and part not in value:
                return None
            value = value[part]
        return value


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else f"'{value}'"
