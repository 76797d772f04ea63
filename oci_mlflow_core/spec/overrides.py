"""``-C a.b.c=value``: values put over those of the file, by their full dotted path."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import attrs

from oci_mlflow_core.errors import SpecError, Violation
from oci_mlflow_core.spec import kinds
from oci_mlflow_core.spec.deployment import FILE, DeploymentSpec
from oci_mlflow_core.spec.sources import Raw, Sources
from oci_mlflow_core.spec.structuring import SECTION_KEYS
from oci_mlflow_core.spec.unknown import unknown_key

#: Kinds whose text is read as YAML (and so as JSON) when it comes from a command line.
_IN_YAML = (kinds.ListOf, kinds.MapOf, kinds.Mapping, kinds.Section)


class _UnknownError(Exception):
    """A path that leads nowhere."""


@attrs.frozen
class _Target:
    """Where an override lands: the container, its key, the path as written, and what is expected there."""

    container: Any
    name: str | int
    path: Raw
    kind: kinds.Kind


def apply_overrides(tree: dict[str, Any], overrides: Mapping[str, object], sources: Sources) -> list[Violation]:
    """Puts each value in its place in `tree` and tells `sources`; returns what could not be placed.

    Text is kept for the field to type; where the field is a list or a mapping, text is read as YAML. The text ``null``
    means null. A section that options alone make has the type that their keys belong to, and the first where several
    know them all.
    """
    violations: list[Violation] = []
    written = _sections(tree)
    for option, value in overrides.items():
        violations.extend(_apply(tree, option, value, sources))
    for name, (kind, section) in _sections(tree).items():
        if name not in written:
            _give_type(kind, section)
    return violations


def _sections(tree: dict[str, Any]) -> dict[str, tuple[kinds.Section, dict[str, Any]]]:
    """The infrastructure and the runtime, where they are there."""
    inner = tree.get("spec")
    return {
        field.key.name: (field.kind, inner[field.key.name])
        for field in kinds.fields_of(DeploymentSpec)
        if isinstance(field.kind, kinds.Section) and isinstance(inner, dict)
        if isinstance(inner.get(field.key.name), dict)
    }


def _give_type(kind: kinds.Section, section: dict[str, Any]) -> None:
    given = section.get("spec")
    if section.get("type") is not None or not isinstance(given, dict) or not given:
        return
    for word, cls in kind.form.types.items():
        if all(kinds.field_named(cls, name) for name in given):
            section["type"] = word
            return


def _apply(tree: dict[str, Any], option: str, value: object, sources: Sources) -> tuple[Violation, ...]:
    try:
        _put(_locate(tree, option.split(".")), value, option, sources)
    except _UnknownError as error:
        return (Violation(source=f"-C {option}", path="", message=str(error)),)
    except SpecError as error:
        return error.violations
    return ()


def _put(target: _Target, value: object, option: str, sources: Sources) -> None:
    typed = _typed(value, target.kind, option) if isinstance(value, str) else value
    target.container[target.name] = plain(typed)
    sources.override(target.path, option, is_text=isinstance(value, str))


def _typed(text: str, kind: kinds.Kind, option: str) -> object:
    if text.strip() == "null":
        return None
    if not text.strip():
        return text
    is_mapping = isinstance(kind, kinds.Either) and text.lstrip().startswith("{")
    return _yaml(text, option) if is_mapping or isinstance(kind, _IN_YAML) else text


def _yaml(text: str, option: str) -> object:
    from oci_mlflow_core.spec.document import parse_document  # noqa: PLC0415 - ruamel.yaml is slow to import

    return parse_document(text, f"-C {option}").value


def plain(value: Any) -> Any:  # noqa: ANN401
    """Python's own values as YAML would have them: tuples become lists, paths and enumerations text."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _locate(tree: dict[str, Any], parts: Sequence[str]) -> _Target:
    """Walks from the root of the file to the field that the path names; makes the mappings on the way."""
    step = _Target({"": tree}, "", (), kinds.Section(FILE))
    rest = list(parts)
    inner: kinds.Kind
    while rest:
        here, kind = step, step.kind
        if isinstance(kind, kinds.MapOf) and not isinstance(kind.item, kinds.MapOf):
            name, inner = ".".join(rest), kind.item
            rest = []
        else:
            name, inner = _enter(here, rest)
            rest = rest[1:]
        container = _container(here, kind)
        written: str | int = int(name) if isinstance(container, list) else name
        step = _Target(container, written, (*here.path, written), inner)
    return step


def _enter(here: _Target, rest: list[str]) -> tuple[str, kinds.Kind]:
    """The key as the tree spells it, and the kind of its value."""
    name, kind = rest[0], here.kind
    if isinstance(kind, kinds.Section):
        return _enter_section(here, kind, rest)
    if isinstance(kind, kinds.Mapping | kinds.Either):
        return _enter_class(here, (kind.mapping if isinstance(kind, kinds.Either) else kind).of, name)
    if isinstance(kind, kinds.MapOf):
        return name, kind.item
    if isinstance(kind, kinds.ListOf):
        return _enter_list(here, kind, name)
    raise _UnknownError(f"unknown key; '{here.name}' is a single value and has no keys of its own")


def _enter_section(here: _Target, kind: kinds.Section, rest: list[str]) -> tuple[str, kinds.Kind]:
    if rest[0] not in SECTION_KEYS:
        raise _UnknownError(unknown_key(rest[0], SECTION_KEYS, here=_quoted(here.path)))
    if rest[0] != "spec":
        return rest[0], kinds.Text()
    classes = _classes(here, kind)
    knowing = [cls for cls in classes if len(rest) > 1 and kinds.field_named(cls, rest[1])]
    if not isinstance(here.container.get(here.name), dict):
        here.container[here.name] = _new_section(kind, knowing)
    return "spec", kinds.Mapping((knowing or classes)[0])


def _classes(here: _Target, kind: kinds.Section) -> list[type]:
    """Those that the section's type allows; all of them while it has none that is known."""
    given = here.container.get(here.name)
    word = str(given.get("type", "")).lower() if isinstance(given, dict) else ""
    return [cls for name, cls in kind.form.types.items() if name.lower() == word] or list(kind.classes)


def _new_section(kind: kinds.Section, knowing: list[type]) -> dict[str, Any]:
    """A section for one key; its type is known where only one class has that key."""
    words = [word for word, cls in kind.form.types.items() if knowing == [cls]]
    return {"kind": kind.form.kind, **({"type": words[0]} if words else {})}


def _enter_class(here: _Target, cls: type, name: str) -> tuple[str, kinds.Kind]:
    field = kinds.field_named(cls, name)
    if field is None:
        raise _UnknownError(unknown_key(name, kinds.names_of(cls), here=_quoted(here.path)))
    value = here.container.get(here.name) if isinstance(here.container, dict) else here.container[here.name]
    spelled = [spelling for spelling in field.spellings if isinstance(value, dict) and spelling in value]
    return (spelled or [field.key.name])[0], field.kind


def _enter_list(here: _Target, kind: kinds.ListOf, name: str) -> tuple[str, kinds.Kind]:
    items = here.container.get(here.name) if isinstance(here.container, dict) else here.container[here.name]
    count = len(items) if isinstance(items, list) else 0
    if not name.isdecimal() or int(name) >= count:
        raise _UnknownError(f"unknown key; '{here.name}' is a list of {count}, numbered from 0")
    return name, kind.item


def _container(here: _Target, kind: kinds.Kind) -> Any:  # noqa: ANN401
    """The mapping or list that stands at `here`; a new mapping where none is there yet."""
    found = here.container.get(here.name) if isinstance(here.container, dict) else here.container[here.name]
    if isinstance(kind, kinds.ListOf) or isinstance(found, dict):
        return found
    here.container[here.name] = {}
    return here.container[here.name]


def _quoted(path: Raw) -> str:
    return f"'{'.'.join(str(part) for part in path)}'"
