from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from oci_mlflow_core.model.environment import Platform

CORPUS = Path(__file__).parents[3] / "corpus" / "environments"
CASES = sorted(path.parent for path in CORPUS.glob("*/facts.json"))


def files_of(case: Path) -> dict[str, str]:
    """Bytes, decoded: line ends are part of what is read."""
    ours = {"facts.json", "expected.json", "expected_error.txt"}
    return {path.name: path.read_bytes().decode() for path in sorted(case.iterdir()) if path.name not in ours}


def arguments_of(case: Path) -> dict[str, Any]:
    facts = json.loads((case / "facts.json").read_text(encoding="utf-8"))
    return {**facts, "wheels": tuple(facts["wheels"])}


def names_of(cases: list[Path]) -> list[str]:
    return [case.name for case in cases]


def said(value: Any) -> Any:
    """As plain JSON, without what is at its default."""
    if isinstance(value, Platform):
        return str(value)
    if isinstance(value, tuple):
        return [said(each) for each in value]
    if not attrs.has(type(value)):
        return value
    defaults = {field.name: default_of(field) for field in attrs.fields(type(value))}
    fields = {name: getattr(value, name) for name in defaults}
    return {name: said(each) for name, each in fields.items() if each != defaults[name]}


def default_of(field: Any) -> Any:
    return field.default.factory() if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type]


USABLE = [case for case in CASES if (case / "expected.json").is_file()]
UNUSABLE = [case for case in CASES if (case / "expected_error.txt").is_file()]


@pytest.mark.parametrize("case", USABLE, ids=names_of(USABLE))
def test_environment_files_make_the_expected_request(models: Any, case: Path) -> None:
    plan = models.plan(files_of(case), **arguments_of(case))

    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert {"request": said(plan.request), "notes": list(plan.notes)} == expected


@pytest.mark.parametrize("case", UNUSABLE, ids=names_of(UNUSABLE))
def test_environment_files_make_the_expected_error(models: Any, case: Path) -> None:
    fault = models.fault(files_of(case), **arguments_of(case))

    expected = (case / "expected_error.txt").read_text(encoding="utf-8")
    assert f"{fault}\n{fault.hint}\n" == expected


def test_every_case_expects_one_thing() -> None:
    assert sorted(CASES) == sorted(USABLE + UNUSABLE)
    assert not set(USABLE) & set(UNUSABLE)
