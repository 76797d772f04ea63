"""YAML text as plain values that remember their places.

The only module that imports ruamel.yaml. YAML 1.2 as the deployment file and MLflow's ``conda.yaml`` need it:
one document, keys are text, dates stay text, and whatever else YAML can express is a fault with its place.
"""

from __future__ import annotations

from typing import Any

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from oci_mlflow_core.errors import SpecError, Violation
from oci_mlflow_core.spec import surrogates
from oci_mlflow_core.spec.syntax import Place, explained

_PREFIX = "tag:yaml.org,2002:"
#: Tags whose values are the text as it stands; a date is text to us.
_TEXT = frozenset({f"{_PREFIX}str", f"{_PREFIX}timestamp"})
_CONTAINERS = frozenset({f"{_PREFIX}map", f"{_PREFIX}seq"})
_MERGE = f"{_PREFIX}merge"

_TOO_DEEP = "it is nested too deeply"


@attrs.frozen(kw_only=True)
class Document:
    """One YAML document: its plain value, and where each part of it stands."""

    #: As the user wrote the file's name.
    source: str
    #: dict (keys are text), list, str, int, float, bool or None.
    value: Any
    _root: Node = attrs.field(repr=False, eq=False, alias="root")

    def position(self, path: tuple[str | int, ...], *, key: bool = False) -> tuple[int, int] | None:
        """The 1-based line and column of the value at `path`, or of its key; None where there is no such value."""
        found = self._at(path)
        if found is None:
            return None
        key_node, value_node = found
        return _place(key_node if key and key_node is not None else value_node)

    def text(self, path: tuple[str | int, ...]) -> str | None:
        """The scalar at `path` as it is written in the file (``3.10``, not 3.1); None where there is none."""
        found = self._at(path)
        return str(found[1].value) if found is not None and isinstance(found[1], ScalarNode) else None

    def _at(self, path: tuple[str | int, ...]) -> tuple[Node | None, Node] | None:
        key_node, node = None, self._root
        for part in path:
            step = _child(node, part)
            if step is None:
                return None
            key_node, node = step
        return key_node, node


def parse_document(text: str, source: str) -> Document:
    """Reads one YAML document.

    Raises:
        SpecError: It is empty, is not YAML, repeats a key, or uses what plain values cannot hold; one violation each.
    """
    root = _composed(text, source)
    builder = _Builder(source)
    try:
        value = builder.built(root)
    except RecursionError:
        raise _fault(source, _TOO_DEEP, None) from None
    if builder.violations:
        raise SpecError(tuple(builder.violations))
    return Document(source=source, value=value, root=root)


def _composed(text: str, source: str) -> Node:
    yaml = YAML(typ="safe", pure=True)
    try:
        root: Node | None = yaml.compose(text.removeprefix("\ufeff"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Place(mark.line + 1, mark.column + 1) if mark else None
        raise _fault(source, *explained(text, str(error.problem or error.context), where)) from None
    except ReaderError as error:
        before = text[: error.position]
        where = Place(before.count("\n") + 1, error.position - before.rfind("\n"))
        raise _fault(source, f"the character {text[error.position]!a} is not allowed in YAML", where) from None
    except RecursionError:
        raise _fault(source, _TOO_DEEP, None) from None
    if root is None:
        raise _fault(source, "the file is empty", None)
    return root


def _fault(source: str, message: str, where: Place | None) -> SpecError:
    line, column = (where.line, where.column) if where else (None, None)
    return SpecError((Violation(source=source, path="", message=message, line=line, column=column),))


@attrs.define
class _Builder:
    """Makes plain values of nodes, and collects what cannot be made one."""

    source: str
    violations: list[Violation] = attrs.field(factory=list)
    _scalars: SafeConstructor = attrs.field(factory=lambda: YAML(typ="safe", pure=True).constructor)
    #: Nodes that are being built, to notice one that contains itself.
    _open: set[int] = attrs.field(factory=set)
    _done: dict[int, Any] = attrs.field(factory=dict)

    def built(self, node: Node, path: tuple[str, ...] = ()) -> Any:  # noqa: ANN401
        if id(node) in self._done:
            return self._done[id(node)]
        if id(node) in self._open:
            return self._refuse(node, path, "an alias cannot stand inside what it names")
        self._open.add(id(node))
        try:
            value = self._value(node, path)
        finally:
            self._open.discard(id(node))
        self._done[id(node)] = value
        return value

    def _value(self, node: Node, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        if isinstance(node, ScalarNode):
            self._join(node, path)
            return self._scalar(node, path)
        if node.tag not in _CONTAINERS:
            return self._refuse(node, path, f"the YAML tag '{_shown_tag(node)}' means nothing here")
        if isinstance(node, SequenceNode):
            return [self.built(item, (*path, str(index))) for index, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _scalar(self, node: ScalarNode, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        tag = str(node.tag)
        if tag in _TEXT:
            return node.value
        if tag == f"{_PREFIX}null":
            return None
        make = {"bool": "construct_yaml_bool", "int": "construct_yaml_int", "float": "construct_yaml_float"}
        name = make.get(tag.removeprefix(_PREFIX))
        if name is None:
            return self._refuse(node, path, f"the YAML tag '{_shown_tag(node)}' means nothing here")
        try:
            return getattr(self._scalars, name)(node)
        except (ValueError, KeyError):
            return self._refuse(node, path, f"'{node.value}' does not fit its YAML tag '{_shown_tag(node)}'")

    def _mapping(self, node: Node, path: tuple[str, ...]) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if isinstance(key_node, ScalarNode):
                self._join(key_node, path)
            if key_node.tag == _MERGE:
                merged = {**self._merged(value_node, path), **merged}
            elif not isinstance(key_node, ScalarNode):
                self._refuse(key_node, path, "a mapping or a list cannot be a key; put the key in quotes")
            elif key_node.value in own:
                self._refuse(key_node, (*path, key_node.value), f"the key '{key_node.value}' is given twice")
            else:
                own[key_node.value] = self.built(value_node, (*path, key_node.value))
        return {**merged, **own}

    def _join(self, node: ScalarNode, path: tuple[str, ...]) -> None:
        node.value = surrogates.joined(node.value)
        fault = surrogates.fault_of(node.value)
        if fault:
            self._refuse(node, path, fault)

    def _merged(self, node: Node, path: tuple[str, ...]) -> dict[str, Any]:
        parts = node.value if isinstance(node, SequenceNode) else [node]
        together: dict[str, Any] = {}
        for part in parts:
            value = self.built(part, path)
            if not isinstance(value, dict):
                self._refuse(part, path, "'<<' takes a mapping, or a list of mappings")
                continue
            together = {**value, **together}
        return together

    def _refuse(self, node: Node, path: tuple[str, ...], message: str) -> None:
        line, column = _place(node)
        dotted = ".".join(path)
        self.violations.append(Violation(source=self.source, path=dotted, message=message, line=line, column=column))


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _shown_tag(node: Node) -> str:
    return str(node.tag).replace(_PREFIX, "!!")


def _child(node: Node, part: str | int) -> tuple[Node | None, Node] | None:
    if isinstance(node, SequenceNode):
        items = node.value
        inside = isinstance(part, int) and 0 <= part < len(items)
        return (None, items[part]) if inside else None
    if not isinstance(node, MappingNode):
        return None
    merges: list[Node] = []
    for key_node, value_node in node.value:
        if key_node.tag == _MERGE:
            merges.extend(value_node.value if isinstance(value_node, SequenceNode) else [value_node])
        elif key_node.value == part:
            return key_node, value_node
    found = (_child(merged, part) for merged in merges)
    return next((step for step in found if step is not None), None)
