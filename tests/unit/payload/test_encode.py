# ruff: noqa: E501 - tables of cases
from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse  # type: ignore[import-untyped]

from oci_mlflow_core.errors import PayloadError
from oci_mlflow_plugin.payload.encode import MAX_REQUEST_BYTES, encode_inputs

ACCEPTED = (
    "Accepted are a pandas DataFrame or Series, a NumPy array, a SciPy sparse matrix, a list, a dict of arrays, "
    "a dict in MLflow's scoring protocol, and JSON text."
)


def sent(inputs: Any, params: dict[str, Any] | None = None) -> str:
    return encode_inputs(inputs, params).decode()


@pytest.mark.parametrize(
    ("inputs", "body"),
    [
        (pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan]}), '{"dataframe_split":{"columns":["a","b"],"data":[[1,0.5],[2,null]]}}'),
        (pd.DataFrame({"a": [1]}, index=["x"]), '{"dataframe_split":{"columns":["a"],"data":[[1]],"index":["x"]}}'),
        (pd.DataFrame({"a": []}), '{"dataframe_split":{"columns":["a"],"data":[]}}'),
        (pd.Series([1, 2], name="s"), '{"dataframe_split":{"columns":["s"],"data":[[1],[2]]}}'),
        (pd.Series([1.5]), '{"dataframe_split":{"columns":[0],"data":[[1.5]]}}'),
        (np.array([[1, 2], [3, 4]]), '{"inputs":[[1,2],[3,4]]}'),
        (np.array([[np.nan, np.inf, -np.inf, 0.1]]), '{"inputs":[[null,null,null,0.1]]}'),
        (np.float32(0.1), '{"inputs":0.10000000149011612}'),
        ({"x": np.array([1, 2]), "y": "text"}, '{"inputs":{"x":[1,2],"y":"text"}}'),
        ({"instances": np.eye(2)}, '{"instances":[[1.0,0.0],[0.0,1.0]]}'),
        ({"dataframe_split": pd.DataFrame({"a": [1]})}, '{"dataframe_split":{"columns":["a"],"data":[[1]]}}'),
        ({"dataframe_records": pd.DataFrame({"a": [1]})}, '{"dataframe_records":[{"a":1}]}'),
        ({"messages": [{"role": "user", "content": "hé"}]}, '{"messages":[{"role":"user","content":"hé"}]}'),
        ({"columns": ["a"], "index": [0], "data": [[1]]}, '{"columns":["a"],"index":[0],"data":[[1]]}'),
        ([1, [2, None], "x"], '{"inputs":[1,[2,null],"x"]}'),
        (5, '{"inputs":5}'),
        (sparse.csr_matrix([[0, 2], [3, 0]]), '{"inputs":[[0,2],[3,0]]}'),
        ('{"inputs": [NaN, 1]}', '{"inputs":[null,1]}'),
        (b'[{"a": "00123"}]', '[{"a":"00123"}]'),
    ],
)  # fmt: skip
def test_each_kind_of_input_has_its_form(inputs: Any, body: str) -> None:
    assert sent(inputs) == body


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (2**63 - 1, "9223372036854775807"),
        (-(2**63), "-9223372036854775808"),
        (np.uint64(2**64 - 1), "18446744073709551615"),
        (Decimal(12), "12"),
        (Decimal("0.1"), "0.1"),
        (Decimal("NaN"), "null"),
        (b"\0\xff", '"AP8="'),
        (dt.date(2020, 1, 2), '"2020-01-02"'),
        (dt.time(1, 2), '"01:02:00"'),
        (dt.datetime(2020, 1, 2, 3, 4), '"2020-01-02T03:04:00.000000"'),  # noqa: DTZ001 - that is the case
        (dt.datetime(2020, 1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2))), '"2020-01-02T01:00:00.000000+00:00"'),
        (pd.Timestamp(2020, 1, 2, nanosecond=1), '"2020-01-02T00:00:00.000000001"'),
        (np.datetime64("2020-01-02"), '"2020-01-02T00:00:00"'),
        (np.timedelta64(90, "s"), '"P0DT0H1M30S"'),
        (dt.timedelta(days=1), '"P1DT0H0M0S"'),
        (pd.NA, "null"),
        (pd.NaT, "null"),
        (np.datetime64("NaT", "ns"), "null"),
        (np.bool_(1), "true"),
        ("00123", '"00123"'),
        ("a\u2028ü\U0001f600", '"a\u2028ü\U0001f600"'),
    ],
)
def test_each_kind_of_value_has_its_form(value: Any, form: str) -> None:
    assert sent([value]) == f'{{"inputs":[{form}]}}'


def test_whole_numbers_with_gaps_are_exact() -> None:
    frame = pd.DataFrame({"a": pd.array([2**53 + 1, None], dtype="Int64")})

    body = sent(frame)

    assert body == '{"dataframe_split":{"columns":["a"],"data":[[9007199254740993],[null]]}}'


@pytest.mark.parametrize(
    ("times", "texts"),
    [
        (["2020-01-01", "2021-01-01T10:00:00.5"], ["2020-01-01T00:00:00.000", "2021-01-01T10:00:00.500"]),
        (["2020-01-01", None], ["2020-01-01T00:00:00", None]),
        (["2020-01-01T00:00:00.000000001", "2020-01-02"], ["2020-01-01T00:00:00.000000001", "2020-01-02T00:00:00.000000000"]),
    ],
)  # fmt: skip
def test_times_of_one_column_have_equal_precision(times: list[str], texts: list[str]) -> None:
    column = pd.Series(pd.to_datetime(pd.Series(times), format="ISO8601"), name="t")

    rows = json.loads(sent(column))["dataframe_split"]["data"]

    assert rows == [[text] for text in texts]


def test_times_with_a_zone_are_sent_in_utc_across_summer_time() -> None:
    column = pd.Series(pd.DatetimeIndex(["2020-01-01", "2020-07-01"], tz="Europe/Berlin"), name="t")

    rows = json.loads(sent(column))["dataframe_split"]["data"]

    assert rows == [["2019-12-31T23:00:00+00:00"], ["2020-06-30T22:00:00+00:00"]]


@pytest.mark.parametrize(
    ("inputs", "body"),
    [
        ([1], '{"inputs":[1],"params":{"top":3}}'),
        ('{"inputs": [1]}', '{"inputs":[1],"params":{"top":3}}'),
        ({"messages": []}, '{"messages":[],"top":3}'),
    ],
)
def test_params_go_where_mlflow_looks_for_them(inputs: Any, body: str) -> None:
    assert sent(inputs, {"top": np.int64(3)}) == body


@pytest.mark.parametrize(
    ("inputs", "params", "message", "hint"),
    [
        (None, None, "there are no inputs to predict from", ACCEPTED),
        (object, None, "inputs of type builtins.type cannot be sent to a model", ACCEPTED),
        ([1j], None, "the data holds a builtins.complex, which has no form in JSON", "Convert it to numbers, texts, lists or dictionaries first."),
        ("hello", None, "the text is not JSON: Expecting value: line 1 column 1 (char 0)", 'To send a text itself, wrap it: {"inputs": ["the text"]}.'),
        ('{"a": 1}', None, "the JSON is an object with a, which is no request of MLflow's scoring protocol", 'Wrap it: {"inputs": ...}, {"instances": [...]}, {"dataframe_split": {...}} or {"dataframe_records": [...]}.'),
        ("3", None, "the JSON is a single value, which is no request of MLflow's scoring protocol", 'Wrap it: {"inputs": ...}, {"instances": [...]}, {"dataframe_split": {...}} or {"dataframe_records": [...]}.'),
        ({"inputs": 1, "params": {}}, {"a": 1}, "'params' is given twice, in the inputs and beside them", "Give it once."),
        ("[1]", {"a": 1}, "a bare list has no place for params", 'Wrap it: {"dataframe_records": [...]}.'),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), None, "two columns are called 'a'", "Give each column its own name."),
        (pd.DataFrame({("a", "b"): [1]}), None, "the frame's columns have several levels", "Give each column one name."),
        (pd.DataFrame({"a": [1]}, index=pd.MultiIndex.from_tuples([(1, 2)])), None, "the frame's index has several levels", "Make columns of it with reset_index(), or drop it."),
        (np.zeros(1, dtype=[("a", int)]), None, "a structured array loses the names of its fields", "Send pandas.DataFrame(array) instead of the array."),
        (["\ud800"], None, "the data holds a text that is not Unicode (a lone surrogate)", "Send bytes as bytes, and decode texts with their own encoding."),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_told(inputs: Any, params: dict[str, Any] | None, message: str, hint: str) -> None:
    with pytest.raises(PayloadError) as caught:
        encode_inputs(inputs, params)

    assert (str(caught.value), caught.value.hint) == (message, hint)


@pytest.mark.parametrize("inputs", [[10**5000], '{"inputs": 1e999}'], ids=["long", "large"])
def test_a_number_that_json_cannot_hold_is_refused(inputs: Any) -> None:
    with pytest.raises(PayloadError, match=r"^the data holds a number that cannot be sent: ") as caught:
        encode_inputs(inputs)

    assert caught.value.hint == "Send it as text."


def test_a_lone_number_of_12_mb_is_told_to_be_too_long() -> None:
    with pytest.raises(PayloadError) as caught:
        encode_inputs("1" * 12_000_000)

    assert str(caught.value) == (
        "the request has 12,000,000 bytes, and a model deployment takes at most 10,485,760 (10 MB)"
    )


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(PayloadError, match=r"^the text is not JSON: maximum recursion depth exceeded"):
        encode_inputs("[" * 200_000)


def test_a_body_of_exactly_10_mb_is_sent_and_one_byte_more_is_not() -> None:
    frame = len(sent([""]))
    largest = "x" * (MAX_REQUEST_BYTES - frame)

    assert len(encode_inputs([largest])) == MAX_REQUEST_BYTES
    with pytest.raises(PayloadError) as caught:
        encode_inputs([largest + "x"])

    assert str(caught.value) == (
        "the request has 10,485,761 bytes, and a model deployment takes at most 10,485,760 (10 MB)"
    )
    assert caught.value.hint == "Send fewer rows at a time."


def test_a_sparse_matrix_that_no_memory_holds_is_refused_before_it_is_unfolded() -> None:
    with pytest.raises(PayloadError, match="a model deployment takes at most"):
        encode_inputs(sparse.csr_matrix((10**7, 10**7)))
