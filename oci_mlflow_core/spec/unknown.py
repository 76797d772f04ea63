"""What a key that is not known was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oci_mlflow_core.errors import nearest, one_of
from oci_mlflow_core.spec.deployment import FILE
from oci_mlflow_core.spec.keys import SectionForm
from oci_mlflow_core.spec.kinds import Either, Kind, ListOf, Mapping, Section, fields_of

_MOST_LISTED = 10


def unknown_key(name: str, known: Sequence[str], *, here: str) -> str:
    """A sentence for a key that is not among those `known` at the dotted path `here`."""
    near = nearest(name, known)
    if near is not None:
        return f"unknown key, did you mean '{near}'?"
    homes = [home for home in homes_of(name) if home != here]
    if homes:
        return f"unknown key here; '{name}' belongs to {' or '.join(homes)}"
    return f"unknown key; expected {one_of(known)}" if len(known) <= _MOST_LISTED else "unknown key"


def homes_of(name: str) -> tuple[str, ...]:
    """The dotted paths of the mappings that have a key of that name."""
    return tuple(dict.fromkeys(path for path, spelling in _all_keys(Section(FILE), ()) if spelling == name))


def _all_keys(kind: Kind, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(kind, Section):
        yield from _section_keys(kind.form, path)
    elif isinstance(kind, Mapping):
        yield from _class_keys(kind.of, path, "")
    elif isinstance(kind, Either):
        yield from _all_keys(kind.mapping, path)
    elif isinstance(kind, ListOf):
        yield from _all_keys(kind.item, path)


def _section_keys(form: SectionForm, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    classes = Section(form).classes
    for cls in classes:
        words = [word for word, meant in form.types.items() if meant is cls]
        yield from _class_keys(cls, (*path, "spec"), f" (type: {words[0]})" if len(classes) > 1 else "")


def _class_keys(cls: type, path: tuple[str, ...], remark: str) -> Iterator[tuple[str, str]]:
    for field in fields_of(cls):
        for spelling in field.spellings:
            yield f"'{'.'.join(path)}'{remark}", spelling
        yield from _all_keys(field.kind, (*path, field.key.name))
