"""How a field of the deployment file is declared: the key as the file spells it, and what it means.

OCI's names are not plain camelCase (``memoryInGBs``), so every field names its key; the reader accepts the
attribute's own name (snake_case) too, as ADS does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from oci_mlflow_core.spec.values import Limit


@attrs.frozen(kw_only=True)
class SectionForm:
    """A part of the file that is written ``{kind, type, spec}``."""

    #: The only ``kind`` it can have.
    kind: str
    #: What each ``type`` makes of the ``spec``; several types may mean one class.
    types: Mapping[str, type]
    #: Whether ``type`` may be left out.
    type_optional: bool = True


@attrs.frozen(kw_only=True)
class Key:
    """What the reader and the JSON Schema need to know about one field."""

    #: As the file spells it, such as ``memoryInGBs``.
    name: str
    #: One or two sentences for the schema and the reference page.
    doc: str
    #: Other spellings that are accepted without a word.
    aliases: tuple[str, ...] = ()
    #: A note for the user where OCI has no use for the key; it is read and checked all the same.
    unused: str = ""
    #: A value for the reference page.
    example: Any = None
    #: ``path`` where the value is a file or folder, relative to the deployment file.
    kind: str = ""
    #: Whether the mapping that it belongs to makes no sense without it.
    required: bool = False
    #: What is allowed beyond the type; of a list or mapping it is the whole.
    limit: Limit | None = None
    #: What is allowed as each key of a free mapping.
    names: Limit | None = None
    #: What is allowed as each value of a free mapping, or as each item of a list.
    items: Limit | None = None
    #: Whether a number may stand in quotes (ADS accepts some so).
    quotable: bool = False
    #: How the section is written, where the field is one.
    section: SectionForm | None = None


def key(name: str, doc: str, *, default: Any = None, factory: Any = None, **more: Any) -> Any:  # noqa: ANN401
    """An attrs field that knows its `Key`; extra keyword arguments of `Key` go in `more`."""
    metadata = {Key: Key(name=name, doc=doc, **more)}
    if factory is not None:
        return attrs.field(factory=factory, metadata=metadata, kw_only=True)
    return attrs.field(default=default, metadata=metadata, kw_only=True)


def key_of(field: attrs.Attribute[Any]) -> Key:
    """The `Key` that the field was declared with."""
    found: Key = field.metadata[Key]
    return found
