"""How a field of the deployment file is declared: the key as the file spells it, and what it means.

OCI's names are not plain camelCase (``memoryInGBs``), so every field names its key; the reader accepts the
snake_case form of it too, as ADS does.
"""

from __future__ import annotations

from typing import Any

import attrs


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


def key(name: str, doc: str, *, default: Any = None, factory: Any = None, **more: Any) -> Any:  # noqa: ANN401
    """An attrs field that knows its `Key`; extra keyword arguments of `Key` go in `more`."""
    validator = more.pop("validator", None)
    metadata = {Key: Key(name=name, doc=doc, **more)}
    if factory is not None:
        return attrs.field(factory=factory, metadata=metadata, validator=validator, kw_only=True)
    return attrs.field(default=default, metadata=metadata, validator=validator, kw_only=True)


def key_of(field: attrs.Attribute[Any]) -> Key:
    """The `Key` that the field was declared with."""
    found: Key = field.metadata[Key]
    return found
