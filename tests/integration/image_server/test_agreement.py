"""The same requests to an image's server, to MLflow's own and to that of conda deployments."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from integration.image_server import cases
from integration.image_server.corpus import Case
from integration.image_server.differences import DIFFERENCES, difference
from integration.image_server.serving import Served, Told, three_servers
from integration.score.conftest import unpacked

_PAGE = Path(__file__).parents[3] / "docs" / "reference" / "image-server.md"


@attrs.frozen
class Found:
    """What became of one case."""

    case: Case
    invocations: Told
    mlflow: Told
    predict: Told
    conda: Told


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Found]]:
    return {name: list(_asked(served, tmp_path_factory.mktemp("model"))) for name, served in cases.TABLE.items()}


def _asked(served: cases.Served, folder: Path) -> Iterator[Found]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow recommends much to who saves a model
        served.save(folder / "model")
    with three_servers(folder / "model", unpacked(folder / "model", folder / "artifact"), folder) as three:
        for case in served.cases:
            yield Found(
                case,
                _told(three.image, "/invocations", case),
                _told(three.mlflow, "/invocations", case),
                _told(three.image, "/predict", case),
                _told(three.conda, "/predict", case),
            )


def _told(served: Served, path: str, case: Case) -> Told:
    headers = {} if case.content_type is None else {"content_type": case.content_type}
    return served.ask("POST", path, case.body, **headers)


def test_status_and_body_are_mlflows_but_for_the_differences_that_have_a_name(found: dict[str, list[Found]]) -> None:
    told = {difference(each.case, each.invocations, each.mlflow) for model in found.values() for each in model}

    assert told == {"", *DIFFERENCES}


def test_every_difference_is_in_the_table_of_the_documentation() -> None:
    assert re.findall(r"^\| \*\*(.+?)\*\* \|", _PAGE.read_text(), re.MULTILINE) == list(DIFFERENCES)


def test_status_and_body_are_those_of_conda_deployments(found: dict[str, list[Found]]) -> None:
    json_cases = [each for model in found.values() for each in model if not _is_table(each.case)]

    differing = [each for each in json_cases if _core(each.predict) != _core(each.conda)]

    assert differing == []
    assert len(json_cases) > 100


def test_tables_are_read_besides(found: dict[str, list[Found]]) -> None:
    tables = [each for each in found["classifier"] if _is_table(each.case) and each.predict.status == 200]

    assert [each.case.name for each in tables] == ["CSV", "CSV with a charset", "Parquet"]
    assert {each.predict.body for each in tables} == {found["classifier"][0].predict.body}
    assert {each.conda.status for each in tables} == {400}


def test_answers_come_with_the_content_type_of_mlflow(found: dict[str, list[Found]]) -> None:
    answered = [each for model in found.values() for each in model if each.mlflow.status == 200]

    assert {each.mlflow.headers["content-type"] for each in answered} == {"application/json"}
    assert {each.invocations.headers["content-type"] for each in answered} == {"application/json"}


def _is_table(case: Case) -> bool:
    return case.content_type is not None and case.content_type.startswith(("text/csv", "application/vnd"))


def _core(told: Told) -> tuple[int, bytes]:
    # MLflow names the keys of an object in the order of a set
    return told.status, re.sub(rb"Got \{.*?\}", b"Got {}", told.body)
