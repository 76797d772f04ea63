"""The JSON Schema of the deployment file, made from the same classes that the reader uses.

It says what JSON Schema can say: keys in both spellings, types, words, ranges and forms. Rules between several values
(``oci_mlflow_core.spec.limits``) are the reader's alone.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from oci_mlflow_core.spec import kinds
from oci_mlflow_core.spec.deployment import FILE
from oci_mlflow_core.spec.values import Limit

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: What the schema file is called, beside this module and in the documentation.
FILE_NAME = "deployment.schema.json"

_FROM_ENVIRONMENT: Schema = {"$ref": "#/$defs/fromEnvironment"}
_NULL: Schema = {"type": "null"}


def json_schema() -> dict[str, Any]:
    """The schema as plain JSON types, draft 2020-12."""
    definitions: dict[str, Schema] = {
        "fromEnvironment": {
            "description": "Made from environment variables: ${NAME}, or ${NAME:-default}.",
            "type": "string",
            "pattern": r"\$\{",
        }
    }
    root = _section(kinds.Section(FILE), definitions)
    return {
        "$schema": DIALECT,
        "title": "Deployment of an MLflow model on OCI Data Science",
        "description": "The file that is given as deploy-config-file.",
        **root,
        "required": ["kind"],
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _of(kind: kinds.Kind, definitions: dict[str, Schema]) -> Schema:
    return _MAKERS[type(kind)](kind, definitions)


def _section(section: kinds.Section, definitions: dict[str, Schema]) -> Schema:
    form, is_root = section.form, section.form is FILE
    kind, word = _words((form.kind,)), _words(tuple(form.types))
    properties: dict[str, Schema] = {
        "kind": {"description": f"Always {form.kind}.", **(kind if is_root else _or_null(kind))},
        "type": {"description": "What the spec is about.", **(_or_null(word) if form.type_optional else word)},
        "spec": {"description": "The keys.", "type": ["object", "null"]},
    }
    return {
        "type": "object" if is_root else ["object", "null"],
        "properties": properties,
        "additionalProperties": False,
        **({} if form.type_optional else {"required": ["type"]}),
        **_spec_by_type(section, definitions),
    }


def _spec_by_type(section: kinds.Section, definitions: dict[str, Schema]) -> Schema:
    """Ties the spec to its class: the only one, or the one that the type names."""
    if len(section.classes) == 1:
        return {"allOf": [{"properties": {"spec": _refer(section.classes[0], definitions)}}]}
    return {
        "allOf": [
            {
                "if": {"properties": {"type": _words((word,))}, "required": ["type"]},
                "then": {"properties": {"spec": _refer(cls, definitions)}},
            }
            for word, cls in section.form.types.items()
        ]
    }


def _refer(cls: type, definitions: dict[str, Schema]) -> Schema:
    if cls.__name__ not in definitions:
        definitions[cls.__name__] = {}  # its place is taken while it is made, so that a class may hold itself
        definitions[cls.__name__] = _class(cls, definitions)
    return {"$ref": f"#/$defs/{cls.__name__}"}


def _class(cls: type, definitions: dict[str, Schema]) -> Schema:
    properties: dict[str, Schema] = {}
    excluded: list[Schema] = []
    required: list[Schema] = []
    for field in kinds.fields_of(cls):
        name, *others = field.spellings
        properties[name] = _property(field, definitions)
        for other in others:
            properties[other] = {"$ref": f"#/$defs/{cls.__name__}/properties/{name}"}
        excluded += [
            {"not": {"type": "object", "required": list(both)}} for both in itertools.combinations(field.spellings, 2)
        ]
        if field.key.required:
            required.append({"anyOf": [{"required": [spelling]} for spelling in field.spellings]})
    schema: Schema = {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
    rules = [*required, *excluded]
    return {**schema, "allOf": rules} if rules else schema


def _property(field: kinds.Field, definitions: dict[str, Schema]) -> Schema:
    key = field.key
    schema: Schema = {"description": f"{key.doc} Not used: {key.unused}." if key.unused else key.doc}
    if key.example is not None:
        schema["examples"] = [key.example]
    return {**schema, **_or_null(_of(field.kind, definitions))}


def _or_null(schema: Schema) -> Schema:
    if "$ref" in schema or "null" in schema.get("type", []):
        return schema  # classes and sections allow it themselves
    return {"anyOf": [*(schema["anyOf"] if set(schema) == {"anyOf"} else [schema]), _NULL]}


# --- single values ----------------------------------------------------------------------------------------------------


def _text(kind: kinds.Text, _: dict[str, Schema]) -> Schema:
    text: Schema = {"type": "string", **_said_by(kind.limit)}
    options = [text, _FROM_ENVIRONMENT] if kind.limit else [text]
    if kind.takes_whole:
        options.append({"type": "integer"})
    return options[0] if len(options) == 1 else {"anyOf": options}


def _whole(kind: kinds.Whole, _: dict[str, Schema]) -> Schema:
    options: list[Schema] = [{"type": "integer", **_said_by(kind.limit)}, _FROM_ENVIRONMENT]
    if kind.quotable:
        options.append({"type": "string", "pattern": r"^\s*[+-]?[0-9]+\s*$"})
    return {"anyOf": options}


def _number(kind: kinds.Number, _: dict[str, Schema]) -> Schema:
    return {"anyOf": [{"type": "number", **_said_by(kind.limit)}, _FROM_ENVIRONMENT]}


def _flag(_: kinds.Flag, __: dict[str, Schema]) -> Schema:
    return {"anyOf": [{"type": "boolean"}, _FROM_ENVIRONMENT]}


def _choice(kind: kinds.Choice, _: dict[str, Schema]) -> Schema:
    words = _words(kind.words)
    return {"anyOf": [*words["anyOf"], _FROM_ENVIRONMENT]}


def _words(words: tuple[str, ...]) -> Schema:
    """Words that editors offer as they are, and that may be written in any case."""
    return {"anyOf": [{"enum": list(words)}, {"type": "string", "pattern": f"^(?:{'|'.join(map(_any_case, words))})$"}]}


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter.lower()}]" if letter.isalpha() else letter for letter in word)


def _said_by(limit: Limit | None) -> Schema:
    return dict(limit.schema) if limit else {}


# --- values that hold others ------------------------------------------------------------------------------------------


def _list(kind: kinds.ListOf, definitions: dict[str, Schema]) -> Schema:
    most = {name: value for name, value in _said_by(kind.limit).items() if name == "maxItems"}
    item = _of(kind.item, definitions)
    items = {**item, "type": "object"} if "$ref" in item else item
    return {"type": "array", "items": items, **most}


def _map(kind: kinds.MapOf, definitions: dict[str, Schema]) -> Schema:
    most = {name: value for name, value in _said_by(kind.limit).items() if name == "maxProperties"}
    names = {"propertyNames": _said_by(kind.names)} if kind.names else {}
    return {"type": "object", "additionalProperties": _or_null(_of(kind.item, definitions)), **names, **most}


def _either(kind: kinds.Either, definitions: dict[str, Schema]) -> Schema:
    text = _text(kind.text, definitions)
    return {"anyOf": [_refer(kind.mapping.of, definitions), *text.get("anyOf", [text])]}


_MAKERS: dict[type, Callable[[Any, dict[str, Schema]], Schema]] = {
    kinds.Text: _text,
    kinds.Whole: _whole,
    kinds.Number: _number,
    kinds.Flag: _flag,
    kinds.FilePath: lambda _, __: {"type": "string"},
    kinds.Choice: _choice,
    kinds.Free: lambda _, __: {"not": _NULL},
    kinds.ListOf: _list,
    kinds.MapOf: _map,
    kinds.Mapping: lambda kind, definitions: _refer(kind.of, definitions),
    kinds.Either: _either,
    kinds.Section: _section,
}
