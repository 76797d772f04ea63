from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

CORPUS = Path(__file__).parents[3] / "corpus" / "environments"
CASES = sorted(path.parent for path in CORPUS.glob("*/facts.json"))


def files_of(case: Path) -> dict[str, str]:
    ours = {"facts.json", "expected.json", "expected_error.txt"}
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(case.iterdir()) if path.name not in ours}


def arguments_of(case: Path) -> dict[str, Any]:
    facts = json.loads((case / "facts.json").read_text(encoding="utf-8"))
    return {**facts, "wheels": tuple(facts["wheels"])}


def names_of(cases: list[Path]) -> list[str]:
    return [case.name for case in cases]


USABLE = [case for case in CASES if (case / "expected.json").is_file()]
UNUSABLE = [case for case in CASES if (case / "expected_error.txt").is_file()]


@pytest.mark.parametrize("case", USABLE, ids=names_of(USABLE))
def test_environment_files_make_the_expected_request(models: Any, case: Path) -> None:
    plan = models.plan(files_of(case), **arguments_of(case))

    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    request = {name: value for name, value in attrs.asdict(plan.request).items() if name in expected["request"]}
    request["wheels"] = [wheel.path for wheel in plan.request.wheels]
    assert expected == json.loads(json.dumps({"request": request, "notes": plan.notes}))


@pytest.mark.parametrize("case", UNUSABLE, ids=names_of(UNUSABLE))
def test_environment_files_make_the_expected_error(models: Any, case: Path) -> None:
    fault = models.fault(files_of(case), **arguments_of(case))

    expected = (case / "expected_error.txt").read_text(encoding="utf-8")
    assert f"{fault}\n{fault.hint}\n" == expected


def test_every_case_expects_one_thing() -> None:
    assert sorted(CASES) == sorted(USABLE + UNUSABLE)
    assert not set(USABLE) & set(UNUSABLE)
