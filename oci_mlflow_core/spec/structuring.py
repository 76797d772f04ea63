"""Plain values of the deployment file become its classes, every fault collected on the way.

Each reader returns the value as its kind has it, or None after a fault, which is then among the findings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oci_mlflow_core.errors import one_of
from oci_mlflow_core.spec import kinds, leaves, scalars, surrogates
from oci_mlflow_core.spec.findings import At, Findings
from oci_mlflow_core.spec.keys import SectionForm

SECTION_KEYS = ("kind", "type", "spec")


def read_value(kind: kinds.Kind, value: object, at: At, findings: Findings) -> Any:  # noqa: ANN401
    """The value at a place as its kind has it; null is for the field that it is given to, and no value here."""
    if value is None and not isinstance(kind, kinds.Section):
        findings.fault(at, "expected a value, got null")
        return None
    return _READERS[type(kind)](kind, value, at, findings)


def _read_section(section: kinds.Section, value: object, at: At, findings: Findings) -> Any:  # noqa: ANN401
    form, given = section.form, {} if value is None else value
    if not isinstance(given, dict):
        findings.fault(at, f"expected a mapping with kind, type and spec, got {findings.quote(str(at), given)}")
        return None
    for name in given:
        if name not in SECTION_KEYS:
            findings.fault_of_key(at, name, SECTION_KEYS)
    _check_kind(form, given, at, findings)
    word = _type_word(form, given, at, findings)
    cls = form.types[word] if word else _likeliest(section, given.get("spec"))
    inner = given.get("spec")
    return _read_mapping(kinds.Mapping(cls), {} if inner is None else inner, at.below("spec"), findings)


def _check_kind(form: SectionForm, given: dict[str, Any], at: At, findings: Findings) -> None:
    word = given.get("kind")
    if word is None:
        is_root = not at.canonical
        if is_root:
            findings.fault(at, f"missing key 'kind'; expected 'kind: {form.kind}'")
    elif not isinstance(word, str) or word.lower() != form.kind.lower():
        findings.fault(at.below("kind"), f"expected '{form.kind}', got {scalars.shown(word)}")


def _type_word(form: SectionForm, given: dict[str, Any], at: At, findings: Findings) -> str | None:
    words, word = tuple(form.types), given.get("type")
    if word is None:
        if form.type_optional:
            return words[0]
        findings.fault(at, f"missing key 'type'; expected {one_of(words)}", key=True)
        return None
    known = {name.lower(): name for name in words}
    if isinstance(word, str) and word.lower() in known:
        return known[word.lower()]
    findings.fault(at.below("type"), leaves.not_one_of(words, scalars.shown(word), word))
    return words[0] if form.type_optional else None


def _likeliest(section: kinds.Section, spec: object) -> type:
    """The class that knows most of the keys, so that a missing type hides no other fault."""
    names = spec if isinstance(spec, dict) else {}
    return max(section.classes, key=lambda cls: sum(kinds.field_named(cls, name) is not None for name in names))


def _read_mapping(kind: kinds.Mapping, value: object, at: At, findings: Findings) -> Any:  # noqa: ANN401
    if not isinstance(value, dict):
        findings.fault(at, f"expected a mapping, got {findings.quote(str(at), value)}")
        return None
    found: dict[str, Any] = {}
    for name, inner in value.items():
        field = kinds.field_named(kind.of, name)
        if field is None:
            findings.fault_of_key(at, name, kinds.names_of(kind.of))
        elif field.attribute in found:
            twin = findings.mentioned[str(at.below(field.key.name))][-1]
            findings.fault(at.below(field.key.name, name), f"'{twin}' and '{name}' are the same key", key=True)
        else:
            found[field.attribute] = _read_field(field, inner, at.below(field.key.name, name), findings)
    for field in kinds.fields_of(kind.of):
        if field.key.required and field.attribute not in found:
            findings.fault(at, f"missing key '{field.key.name}'", key=True)
    return kind.of(**found)


def _read_field(field: kinds.Field, value: object, at: At, findings: Findings) -> Any:  # noqa: ANN401
    findings.mentioned[str(at)] = at.raw
    if field.key.unused:
        findings.note(at, field.key.unused)
    if value is not None:
        return read_value(field.kind, value, at, findings)
    if not isinstance(field.kind, kinds.Section):
        findings.resets.add(str(at))
    return None


def _read_map(kind: kinds.MapOf, value: object, at: At, findings: Findings) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        findings.fault(at, f"expected a mapping, got {findings.quote(str(at), value)}")
        return None
    found: dict[str, Any] = {}
    for name, inner in value.items():
        entry, half = at.below(name), surrogates.fault_of(name)
        if half:
            findings.fault(at, half)
        findings.mentioned[str(entry)] = entry.raw
        if kind.names is not None and not kind.names.allows(name):
            is_reserved = name in kind.names.reserved
            fault = "OCI reserves this name for itself" if is_reserved else f"expected {kind.names.expected}"
            findings.fault(entry, fault, key=True)
        if inner is None:
            findings.resets.add(str(entry))
        else:
            found[name] = read_value(kind.item, inner, entry, findings)
    return found if findings.allowed(kind.limit, found, at) else None


def _read_list(kind: kinds.ListOf, value: object, at: At, findings: Findings) -> tuple[Any, ...] | None:
    if not isinstance(value, list):
        findings.fault(at, f"expected a list, got {findings.quote(str(at), value)}")
        return None
    items = tuple(read_value(kind.item, item, at.below(index), findings) for index, item in enumerate(value))
    return items if findings.allowed(kind.limit, items, at) else None


def _read_either(kind: kinds.Either, value: object, at: At, findings: Findings) -> Any:  # noqa: ANN401
    if isinstance(value, dict) and not _is_text_in_braces(kind.mapping, value):
        return _read_mapping(kind.mapping, value, at, findings)
    return leaves.read_text(kind.text, value, at, findings)


def _is_text_in_braces(kind: kinds.Mapping, value: dict[str, Any]) -> bool:
    """Whether the mapping was meant as text, such as the ``{region}`` of a template."""
    return bool(value) and all(inner is None and not kinds.field_named(kind.of, name) for name, inner in value.items())


_READERS: dict[type, Callable[[Any, Any, At, Findings], Any]] = {
    kinds.Text: leaves.read_text,
    kinds.Whole: leaves.read_scalar,
    kinds.Number: leaves.read_scalar,
    kinds.Flag: leaves.read_scalar,
    kinds.FilePath: leaves.read_path,
    kinds.Choice: leaves.read_choice,
    kinds.Free: leaves.read_free,
    kinds.ListOf: _read_list,
    kinds.MapOf: _read_map,
    kinds.Mapping: _read_mapping,
    kinds.Either: _read_either,
    kinds.Section: _read_section,
}
