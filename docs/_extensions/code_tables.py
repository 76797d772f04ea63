"""Directives that make tables from the code, so that no page can tell what the code does not do.

``{deployment-keys} oci_mlflow_core.spec.runtime.CondaRuntime`` lists the keys of a part of the deployment file,
``{command-options}`` the options that MLflow's ``-C`` takes, ``{error-codes}`` MLflow's code for each error, and
``{doctor-checks}`` what ``oci-mlflow doctor`` looks at.
"""

from __future__ import annotations

import enum
import importlib
import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from docutils import nodes
from docutils.parsers.rst import Directive

from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.spec.keys import key_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path", Any: "anything"}


def in_words(annotation: Any) -> str:  # noqa: ANN401 - whatever stands behind a colon
    """A type as a reader of the deployment file would say it."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {types.UnionType, typing.Union}:
        return " or ".join(in_words(part) for part in arguments if part is not type(None))
    if origin is tuple:
        return f"list of {in_words(arguments[0])}"
    if origin is dict:
        return f"mapping of text to {in_words(arguments[1])}"
    if annotation in _WORDS:
        return _WORDS[annotation]
    if issubclass(annotation, enum.Enum):
        return ", ".join(member.value for member in annotation)
    return "mapping" if attrs.has(annotation) else annotation.__name__


def table(head: tuple[str, ...], rows: Iterable[tuple[nodes.Node, ...]]) -> nodes.table:
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    header = nodes.thead("", _row(tuple(nodes.Text(title) for title in head)))
    group += [header, nodes.tbody("", *(_row(row) for row in rows))]
    return nodes.table("", group)


def _row(cells: tuple[nodes.Node, ...]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def _code(text: str) -> nodes.literal:
    return nodes.literal("", text)


class DeploymentKeys(Directive):
    """The keys of one class of `oci_mlflow_core.spec`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        module, _, name = self.arguments[0].rpartition(".")
        owner = getattr(importlib.import_module(module), name)
        annotations = typing.get_type_hints(owner)
        # keys without a use come last
        fields = sorted(attrs.fields(owner), key=lambda field: bool(key_of(field).unused))
        rows = [self._cells(field, annotations[field.name]) for field in fields]
        return [table(("Key", "Value", "Meaning", "Example"), rows)]

    @staticmethod
    def _cells(field: attrs.Attribute[Any], annotation: Any) -> tuple[nodes.Node, ...]:  # noqa: ANN401 - see in_words
        key = key_of(field)
        meaning = f"{key.doc} {key.unused[:1].upper()}{key.unused[1:]}." if key.unused else key.doc
        example = nodes.Text("") if key.example is None else _code(str(key.example))
        return _code(key.name), nodes.Text(in_words(annotation)), nodes.Text(meaning), example


class CommandOptionsTable(Directive):
    """The options that ``-C`` takes besides the paths of the deployment file."""

    def run(self) -> list[nodes.Node]:
        annotations = typing.get_type_hints(CommandOptions)
        rows = [self._cells(field, annotations[field.name]) for field in attrs.fields(CommandOptions)]
        return [table(("Option", "Value", "Default", "Commands", "Meaning"), rows)]

    @staticmethod
    def _cells(field: attrs.Attribute[Any], annotation: Any) -> tuple[nodes.Node, ...]:  # noqa: ANN401 - see in_words
        default = nodes.Text("") if field.default is None else _code(_spelt(field.default))
        verbs = ", ".join(field.metadata["verbs"])
        name = _code(field.name.replace("_", "-"))
        return name, nodes.Text(in_words(annotation)), default, nodes.Text(verbs), nodes.Text(field.metadata["doc"])


class ErrorCodes(Directive):
    """MLflow's error code for each error of the core."""

    def run(self) -> list[nodes.Node]:
        from mlflow.protos.databricks_pb2 import ErrorCode  # noqa: PLC0415 - not needed to read the other tables

        from oci_mlflow_plugin.errors import ERROR_CODES  # noqa: PLC0415 - imports MLflow

        rows = [
            (_code(kind.__name__), nodes.Text(str(kind.__doc__).partition("\n")[0]), _code(ErrorCode.Name(code)))
            for kind, code in ERROR_CODES
        ]
        return [table(("Error", "Meaning", "error_code"), rows)]


class DoctorChecks(Directive):
    """What ``oci-mlflow doctor`` looks at, and what mends it."""

    def run(self) -> list[nodes.Node]:
        from oci_mlflow_plugin.adapters.oci.inspection.table import CHECKS  # noqa: PLC0415 - imports the SDK

        rows = [(_code(check.subject), nodes.Text(check.asks), _lines(check.remedy)) for check in CHECKS]
        return [table(("Finding", "What is looked at", "What mends it"), rows)]


def _lines(text: str) -> nodes.inline:
    found = nodes.inline()
    for number, line in enumerate(text.splitlines()):
        found += [nodes.Text("; ")] if number else []
        found += _code(line) if line.startswith("allow ") else nodes.Text(line)
    return found


def _spelt(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the directives."""
    app.add_directive("deployment-keys", DeploymentKeys)
    app.add_directive("command-options", CommandOptionsTable)
    app.add_directive("error-codes", ErrorCodes)
    app.add_directive("doctor-checks", DoctorChecks)
    return {"parallel_read_safe": True}
