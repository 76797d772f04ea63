"""Generated files: what is valid comes back as it was, and reader and schema judge every change of it alike."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oci_mlflow_core.spec import kinds
from oci_mlflow_core.spec.deployment import FILE
from oci_mlflow_core.spec.document import parse_document
from oci_mlflow_core.spec.findings import At, Findings
from oci_mlflow_core.spec.schema import json_schema
from oci_mlflow_core.spec.sources import Sources
from oci_mlflow_core.spec.structuring import read_value

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{1,8}", fullmatch=True)


def values_of(kind: kinds.Kind, example: Any) -> st.SearchStrategy[Any]:
    """Valid values of a kind, as the file holds them."""
    if isinstance(kind, kinds.Section):
        return sections(kind)
    if isinstance(kind, kinds.Mapping):
        return mappings(kind.of)
    if isinstance(kind, kinds.Either):
        return st.one_of(mappings(kind.mapping.of), values_of(kind.text, example))
    if isinstance(kind, kinds.ListOf):
        item = example[0] if isinstance(example, list) else None
        return st.lists(values_of(kind.item, item), max_size=2)
    if isinstance(kind, kinds.MapOf):
        return st.dictionaries(NAMES, values_of(kind.item, "text"), max_size=3)
    return _scalars(kind, example)


def _scalars(kind: kinds.Kind, example: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, kinds.Choice):
        return st.sampled_from(kind.words)
    if isinstance(kind, kinds.Flag):
        return st.booleans()
    if isinstance(kind, kinds.Whole | kinds.Number):
        numbers: st.SearchStrategy[Any] = st.integers(0, 70000)
        if isinstance(kind, kinds.Number):
            numbers = st.one_of(numbers, st.floats(0.5, 100))
        limit = kind.limit
        return numbers.filter(lambda number: limit is None or limit.allows(number))
    if isinstance(kind, kinds.FilePath):
        return NAMES
    has_limit = isinstance(kind, kinds.Text) and kind.limit is not None
    return st.just(str(example).replace("<unique_ID>", "aaaa")) if has_limit else st.text().filter(_is_literal)


def _is_literal(text: str) -> bool:
    return "${" not in text and text.isprintable()


def mappings(cls: type) -> st.SearchStrategy[dict[str, Any]]:
    fields = kinds.fields_of(cls)
    required = {field.key.name: values_of(field.kind, field.key.example) for field in fields if field.key.required}
    optional = {field.key.name: values_of(field.kind, field.key.example) for field in fields if not field.key.required}
    return st.fixed_dictionaries(required, optional=optional)


def sections(section: kinds.Section) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        *(
            st.fixed_dictionaries({"kind": st.just(section.form.kind), "type": st.just(word), "spec": mappings(cls)})
            for word, cls in section.form.types.items()
        )
    )


FILES = sections(kinds.Section(FILE))


def read(text: str) -> tuple[Any, Findings]:
    document = parse_document(text, "deploy.yaml")
    findings = Findings(sources=Sources(document), environ={}, folder=Path())
    return read_value(kinds.Section(FILE), document.value, At(), findings), findings


def written(kind: kinds.Kind, value: Any) -> Any:
    """A value as the file would hold it."""
    if isinstance(kind, kinds.Section):
        words = [word for word, cls in kind.form.types.items() if isinstance(value, cls)]
        return {"kind": kind.form.kind, "type": words[0], "spec": written(kinds.Mapping(type(value)), value)}
    if isinstance(kind, kinds.Mapping) or attrs.has(type(value)):
        cls: type = type(value)
        given = [(field, getattr(value, field.attribute)) for field in kinds.fields_of(cls)]
        return {field.key.name: written(field.kind, inner) for field, inner in given if inner is not None}
    if isinstance(kind, kinds.ListOf):
        return [written(kind.item, item) for item in value]
    if isinstance(kind, kinds.MapOf):
        return {name: written(kind.item, inner) for name, inner in value.items()}
    if isinstance(kind, kinds.Choice):
        return value.value
    return str(value) if isinstance(kind, kinds.FilePath) else value


@functools.cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=15)
@given(FILES)
def test_a_valid_file_comes_back_as_it_was(file: dict[str, Any]) -> None:
    spec, findings = read(json.dumps(file))

    assert findings.violations == []
    assert _of_one_word(file) == _of_one_word(written(kinds.Section(FILE), spec))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=15)
@given(FILES)
def test_the_schema_accepts_a_valid_file(file: dict[str, Any]) -> None:
    validator().validate(file)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=40)
@given(FILES, st.data())
def test_reader_and_schema_judge_a_changed_file_alike(file: dict[str, Any], data: st.DataObject) -> None:
    changed = copy.deepcopy(file)
    holder, name = data.draw(st.sampled_from(_places(changed)))
    holder[name] = data.draw(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-2, 70000),
            st.floats(-2, 70000),
            st.sampled_from(["", "x", "conda", "container", "GET", "2", "ocid1.log.oc1..a", "a b"]),
            st.just([]),
            st.just({}),
            st.just(["x", None]),
            st.just({"unknown": 1}),
        )
    )

    _, findings = read(json.dumps(changed))

    assert validator().is_valid(changed) == (not findings.violations), "\n".join(map(str, findings.violations))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for name, inner in items for place in [(value, name), *_places(inner)]]


def _of_one_word(file: dict[str, Any]) -> Any:
    """The two words for one type made one."""
    return json.loads(json.dumps(file).replace('"datascienceModelDeployment"', '"modelDeployment"'))


def test_the_judges_are_not_blind() -> None:
    file = {"kind": "deployment", "spec": {"displayName": 3}}

    _, findings = read(json.dumps(file))

    assert len(findings.violations) == 1
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(file)
