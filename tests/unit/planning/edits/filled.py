"""Values of every field of the deployment file, made from the classes, so that no new key is forgotten."""

from __future__ import annotations

import enum
import types
import typing
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.spec.keys import key_of


def field_names(cls: type) -> list[str]:
    """Of the fields that OCI has a use for."""
    return [field.name for field in attrs.fields(cls) if not key_of(field).unused]


def value_of(cls: type, name: str, variant: int) -> Any:
    """A value for one field; each variant another."""
    return _value(typing.get_type_hints(cls)[name], variant)


def filled(cls: type, variant: int) -> Any:
    """An instance with every field that OCI has a use for."""
    return cls(**{name: value_of(cls, name, variant) for name in field_names(cls)})


def _value(hint: Any, variant: int) -> Any:  # noqa: PLR0911 - one for each kind of value
    origin, args = typing.get_origin(hint), [arg for arg in typing.get_args(hint) if arg is not type(None)]
    if origin in {typing.Union, types.UnionType}:
        return _value(args[0], variant)
    if origin is tuple:
        return (_value(args[0], variant),)
    if origin is dict:
        return {f"KEY_{variant}": f"value {variant}"}
    if attrs.has(hint):
        return filled(hint, variant)
    if issubclass(hint, enum.Enum):
        return list(hint)[variant % len(hint)]
    if hint is bool:
        return bool(variant % 2)
    return {str: f"text {variant}", int: variant, float: variant + 0.5, Path: Path(f"/{variant}")}[hint]
