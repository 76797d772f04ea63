# ruff: noqa: E501 - tables of cases
from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oci_mlflow_plugin.payload.cast import cast_by_signature


def signature(**types: str) -> dict[str, Any]:
    return {"inputs": json.dumps([{"name": name, "type": kind, "required": True} for name, kind in types.items()])}


def through_mlflow(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.read_json(io.StringIO(json.dumps(rows)))


def test_ids_that_were_read_as_numbers_are_texts_again_and_the_loss_is_told() -> None:
    frame, notes = cast_by_signature(through_mlflow({"id": "00123"}, {"id": "45"}), signature(id="string"))

    assert frame["id"].tolist() == ["123", "45"]
    assert notes == ("column 'id': texts were read as numbers; leading zeros and the like are lost",)


def test_ids_beside_a_gap_are_written_as_whole_numbers() -> None:
    frame, _ = cast_by_signature(through_mlflow({"id": "1"}, {"id": None}), signature(id="string"))

    assert frame["id"].iloc[0] == "1"
    assert pd.isna(frame["id"].iloc[1])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2020-01-02", "2021-03-04"], ["2020-01-02", "2021-03-04"]),
        (["2020-01-02T03:04:05", "2021-03-04T00:00:00"], ["2020-01-02T03:04:05", "2021-03-04T00:00:00"]),
    ],
)
def test_dates_that_the_signature_calls_strings_are_texts_again(texts: list[str], expected: list[str]) -> None:
    frame, notes = cast_by_signature(through_mlflow(*({"date": text} for text in texts)), signature(date="string"))

    assert frame["date"].tolist() == expected
    assert notes == ("column 'date': texts were read as dates, and are written as ISO dates now",)


def test_seconds_that_were_read_as_times_are_numbers_again() -> None:
    frame, notes = cast_by_signature(through_mlflow({"timestamp": 1577836800}), signature(timestamp="long"))

    assert frame["timestamp"].tolist() == [1577836800]
    assert frame["timestamp"].dtype == np.int64
    assert notes == ("column 'timestamp': numbers were read as times, and are taken to have been seconds since 1970",)


@pytest.mark.parametrize(
    ("values", "kind", "dtype"),
    [
        ([1, 2], "double", "float64"),
        ([1, 2], "float", "float32"),
        ([1, 2], "integer", "int32"),
        ([1.0, 2.0], "long", "int64"),
        (["1", "2"], "long", "int64"),
        (["1.5"], "double", "float64"),
        (["true", "False"], "boolean", "bool"),
        ([1, 0], "boolean", "bool"),
    ],
)
def test_numbers_get_the_type_of_the_signature(values: list[Any], kind: str, dtype: str) -> None:
    frame, notes = cast_by_signature(pd.DataFrame({"a": values}), signature(a=kind))

    assert str(frame["a"].dtype) == dtype
    assert notes == ()


@pytest.mark.parametrize(
    ("values", "kind"),
    [([1.5], "long"), ([None, 1.0], "long"), (["x"], "double"), ([2], "boolean"), (["maybe"], "boolean"), ([[1]], "long"),
     (["no date"], "datetime"), ([5], "datetime"), (["text"], "string"), ([300], "binary")],
)  # fmt: skip
def test_what_does_not_fit_is_left_for_the_model_to_refuse(values: list[Any], kind: str) -> None:
    frame = pd.DataFrame({"a": values})

    cast, notes = cast_by_signature(frame, signature(a=kind))

    pd.testing.assert_frame_equal(frame, cast)
    assert notes == ()


def test_texts_become_times() -> None:
    frame, _ = cast_by_signature(pd.DataFrame({"a": ["2020-01-02"]}), signature(a="datetime"))

    assert frame["a"].tolist() == [pd.Timestamp(2020, 1, 2)]


@pytest.mark.parametrize("known", [None, {}, {"inputs": '[{"type": "tensor", "tensor-spec": {"dtype": "float64"}}]'}])
def test_without_named_columns_nothing_changes(known: dict[str, Any] | None) -> None:
    frame = pd.DataFrame({"a": [1]})

    assert cast_by_signature(frame, known) == (frame, ())
