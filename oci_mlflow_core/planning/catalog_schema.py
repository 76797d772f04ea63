"""A model's signature in the form in which ADS keeps schemas in the model catalog."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

#: Source: ads.feature_engineering.schema, SCHEMA_VERSION and the limit that its Schema.validate_size holds to.
_VERSION = "1.1"
_LARGEST = 32_000
_OBJECT = ("object", "Object")
#: MLflow's column types: pandas' type and ADS's feature type.
_COLUMNS = {
    "binary": _OBJECT,
    "boolean": ("bool", "Boolean"),
    "datetime": ("datetime64[ns]", "DateTime"),
    "double": ("float64", "Continuous"),
    "float": ("float32", "Continuous"),
    "integer": ("int32", "Integer"),
    "long": ("int64", "Integer"),
    "string": ("object", "String"),
}
#: The word that NumPy's type names begin with, and ADS's feature type.
_TENSORS = {
    "bool": "Boolean",
    "datetime": "DateTime",
    "float": "Continuous",
    "int": "Integer",
    "str": "String",
    "uint": "Integer",
}
_DIGITS = re.compile("[0-9]")


def input_schema(signature: Mapping[str, Any] | None) -> str:
    """The inputs and, after them, the parameters as JSON text; empty where there are none or they do not fit.

    Source: ads.feature_engineering.schema. ADS reads names back as keys, so that names given twice do not fit either.
    """
    parts = signature or {}
    inputs = [_column(spec, order) for order, spec in enumerate(parts.get("inputs") or ())]
    parameters = [_parameter(spec, len(inputs) + order) for order, spec in enumerate(parts.get("params") or ())]
    return _text((*inputs, *parameters))


def output_schema(signature: Mapping[str, Any] | None) -> str:
    """The outputs as JSON text; empty where the signature does not say or they do not fit."""
    return _text([_column(spec, order) for order, spec in enumerate((signature or {}).get("outputs") or ())])


def _text(attributes: Iterable[dict[str, Any]]) -> str:
    listed = list(attributes)
    if not listed or len({attribute["name"] for attribute in listed}) < len(listed):
        return ""
    text = json.dumps({"schema": listed, "version": _VERSION}, separators=(",", ":"))
    return text if len(text) <= _LARGEST else ""


def _column(spec: Mapping[str, Any], order: int) -> dict[str, Any]:
    """One input or output; MLflow 1 and 2 said ``optional`` where later releases say ``required``."""
    name = spec.get("name")
    return _attribute(
        spec,
        name=str(order) if name is None else str(name),
        order=order,
        required=bool(spec.get("required", not spec.get("optional", False))),
        description="",
    )


def _parameter(spec: Mapping[str, Any], order: int) -> dict[str, Any]:
    """A parameter stands in the request below ``params``, and never has to be given."""
    default = json.dumps(spec.get("default"))
    return _attribute(
        spec,
        name=f"params.{spec.get('name')}",
        order=order,
        required=False,
        description=f"Parameter of the request; {default} where it is left out",
    )


def _attribute(spec: Mapping[str, Any], *, name: str, order: int, required: bool, description: str) -> dict[str, Any]:
    dtype, feature_type = _types(spec)
    return {
        "dtype": dtype,
        "feature_type": feature_type,
        "name": name,
        "domain": {"values": _spelled(spec), "stats": {}, "constraints": []},
        "required": required,
        "description": description,
        "order": order,
    }


def _types(spec: Mapping[str, Any]) -> tuple[str, str]:
    """Pandas' or NumPy's type, and ADS's feature type."""
    if spec.get("type") == "tensor":
        dtype = str(spec["tensor-spec"]["dtype"])
        return dtype, _TENSORS.get(_DIGITS.split(dtype)[0], "Object")
    if spec.get("shape"):
        return _OBJECT
    return _COLUMNS.get(str(spec.get("type")), _OBJECT)


def _spelled(spec: Mapping[str, Any]) -> str:
    """The type in a line, such as ``array<object{price: double, note?: string}>``."""
    match spec.get("type"):
        case "tensor":
            tensor = spec["tensor-spec"]
            return f"tensor<{tensor['dtype']}>({', '.join(str(size) for size in tensor['shape'])})"
        case "array":
            return f"array<{_spelled(spec.get('items') or {})}>"
        case "map":
            return f"map<string, {_spelled(spec.get('values') or {})}>"
        case "object":
            return f"object{{{', '.join(_property(*item) for item in (spec.get('properties') or {}).items())}}}"
        case plain:
            text = str(plain or "any")
            return f"array<{text}>" if spec.get("shape") else text


def _property(name: str, spec: Mapping[str, Any]) -> str:
    return f"{name}{'' if spec.get('required', True) else '?'}: {_spelled(spec)}"
