from __future__ import annotations

import json

import pytest

from oci_mlflow_plugin.adapters.image_server.server.answers import Answer
from oci_mlflow_plugin.adapters.image_server.server.content import form_of


@pytest.mark.parametrize("is_lenient", [True, False])
@pytest.mark.parametrize(
    ("content_type", "form"),
    [
        ("application/json", "json"),
        ("application/json; charset=UTF-8", "json"),
        ("", "json"),
        ("text/csv", "csv"),
        ("text/csv;charset=utf-8", "csv"),
        ("application/vnd.apache.parquet", "parquet"),
    ],
)
def test_a_known_type_is_a_form_on_every_route(content_type: str, form: str, *, is_lenient: bool) -> None:
    assert form_of(content_type, is_lenient=is_lenient) == form


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "application/json; charset=latin-1"])
def test_what_is_no_table_is_json_on_the_route_of_oci(content_type: str) -> None:
    assert form_of(content_type, is_lenient=True) == "json"


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        (
            "text/plain",
            (
                "the content type 'text/plain' is not known; "
                "known are application/json, application/vnd.apache.parquet, text/csv"
            ),
        ),
        ("text/csv; charset=latin-1", "the only charset is UTF-8"),
        ("application/json; b=1; a=2", "the content type has parameters that are not known: a, b"),
    ],
)
def test_another_type_is_refused_on_the_route_of_mlflow(content_type: str, message: str) -> None:
    answer = form_of(content_type, is_lenient=False)

    assert isinstance(answer, Answer)
    assert answer.status == 415
    assert json.loads(answer.body) == {"error_code": "BAD_REQUEST", "message": message}
