"""Writes a deployment file to begin with, every key explained."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from oci_mlflow_core.spec import kinds
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime
from oci_mlflow_core.spec.values import PACK_WORD

_WIDTH = 100
#: Written without a comment sign; all other keys are there to be uncommented.
_INFRASTRUCTURE: Mapping[str, Any] = {
    "shapeName": "VM.Standard.E4.Flex",
    "shapeConfigDetails": {"ocpus": 1, "memoryInGBs": 16},
    "replica": 1,
    "bandwidthMbps": 10,
}
_CONTAINER: Mapping[str, Any] = {
    "serverPort": 8080,
    "healthCheckPort": 8080,
}


def commented_spec(
    *,
    name: str,
    destination: str | None = None,
    runtime: Literal["conda", "container"] = "conda",
    image: str = "<region>.ocir.io/<namespace>/<repository>:<tag>",
    schema: str = "",
) -> str:
    """The text of a deployment file.

    It reads back without a fault as it is for a conda runtime, and with the image's placeholders (``<…>``) replaced for
    a container.

    Args:
        name: Display name of the deployment, and name of the pack.
        destination: Where packs are published; a key to be filled in later where it is None.
        runtime: Type of the runtime.
        image: The image, for a container.
        schema: Path or URL of the JSON Schema, for editors with yaml-language-server; no such line where empty.
    """
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += [
        "# How a model is deployed on OCI Data Science. Keys behind '#' are optional; replace what stands in <…>.",
        "# A value may come from the environment: ${NAME}, or ${NAME:-default}.",
        "kind: deployment",
        "spec:",
        *_indented(f"displayName: {_scalar(_literal(name))}  # --name wins"),
    ]
    lines += _indented(*_section("infrastructure", "modelDeployment", Infrastructure, _INFRASTRUCTURE))
    if runtime == "conda":
        pack = {"name": _pack_name(name), **({"destination": _literal(destination)} if destination else {})}
        lines += _indented(*_section("runtime", "conda", CondaRuntime, {"uri": pack}))
    else:
        lines += _indented(*_section("runtime", "container", ContainerRuntime, {"image": image, **_CONTAINER}))
    return "\n".join(lines) + "\n"


def _section(kind: str, word: str, cls: type, given: Mapping[str, Any]) -> Iterator[str]:
    yield f"{kind}:"
    yield f"  kind: {kind}"
    yield f"  type: {word}"
    yield "  spec:"
    for line in _class(cls, given):
        yield f"    {line}" if line else ""


def _class(cls: type, given: Mapping[str, Any]) -> Iterator[str]:
    """The keys that are given, in their order, then the others behind a comment sign."""
    fields = {field.key.name: field for field in kinds.fields_of(cls) if not field.key.unused}
    for name, value in given.items():
        yield from _explained(fields[name])
        yield from _given(fields[name], value)
    for name, field in fields.items():
        if name not in given:
            yield from _explained(field)
            yield from (f"#{line}" for line in _example(field))


def _given(field: kinds.Field, value: object) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{field.key.name}: {_scalar(value)}"
        return
    yield f"{field.key.name}:"
    yield from _indented(*_class(_class_of(field.kind), value))


def _example(field: kinds.Field) -> Iterator[str]:
    cls = _class_of(field.kind)
    if isinstance(field.kind, kinds.Mapping):
        yield f"{field.key.name}:"
        for inner in kinds.fields_of(cls):
            sign = "#" if isinstance(inner.kind, kinds.Mapping) else ""
            yield from (f"  {line}" for line in _explained(inner))
            yield from (f"  {sign}{line}" for line in _example(inner))
    elif isinstance(field.kind, kinds.ListOf) and isinstance(field.kind.item, kinds.Mapping):
        keys = {inner.key.name: inner.key.example for inner in kinds.fields_of(cls)}
        yield f"{field.key.name}: {json.dumps([keys])}"
    else:
        yield f"{field.key.name}: {_scalar(field.key.example)}"


def _class_of(kind: kinds.Kind) -> type:
    if isinstance(kind, kinds.Either):
        return kind.mapping.of
    if isinstance(kind, kinds.ListOf):
        return _class_of(kind.item)
    return kind.of if isinstance(kind, kinds.Mapping) else object


def _explained(field: kinds.Field) -> Iterator[str]:
    words = f" One of {', '.join(field.kind.words)}." if isinstance(field.kind, kinds.Choice) else ""
    line = "#"
    for word in f"{field.key.doc}{words}".split():
        if len(line) + len(word) > _WIDTH:
            yield line
            line = "#"
        line = f"{line} {word}"
    yield line


def _scalar(value: object) -> str:
    """A value as YAML: JSON is YAML, and plain words need no quotes."""
    if isinstance(value, str) and value and all(letter.isalnum() or letter in "._-/" for letter in value):
        is_plain = value[0].isalpha() and value.lower() not in {"true", "false", "null"}
        return value if is_plain else json.dumps(value)
    return json.dumps(value, ensure_ascii=False)


def _pack_name(name: str) -> str:
    """The deployment's name without what a pack's name may not hold."""
    return "".join(letter if PACK_WORD.allows(letter) else "-" for letter in name)


def _literal(text: str) -> str:
    """Text that the reader takes as it is."""
    return text.replace("${", "$${")


def _indented(*lines: str) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]
