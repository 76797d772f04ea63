"""Client and ``score.py`` against one corpus, and against whatever hypothesis thinks of."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.score.wire import CORPUS, assert_same, cases, metadata, value_of

from oci_mlflow_plugin.payload.encode import WIRE_FORMAT, encode_inputs

SENT = [path for path in cases() if path.parent.name == f"v{WIRE_FORMAT}" and "inputs" in json.loads(path.read_text())]
MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_the_corpus_holds_every_version_there_was() -> None:
    assert sorted(path.name for path in CORPUS.iterdir()) == [f"v{number + 1}" for number in range(WIRE_FORMAT)]


@pytest.mark.parametrize("path", SENT, ids=named)
def test_the_client_writes_the_request(path: Path) -> None:
    case = json.loads(path.read_text())

    body = json.loads(encode_inputs(value_of(case["inputs"])))

    assert body == case["request"]


@pytest.mark.parametrize("path", cases(), ids=named)
def test_score_py_reads_the_request_of_every_version(path: Path, score: ModuleType) -> None:
    case = json.loads(path.read_text())

    request = score.read(case["request"], metadata(case["signature"]))

    dtypes = {column["name"]: column["dtype"] for column in case["received"].get("columns", ())}
    assert_same(value_of(case["received"]), request.data, dtypes)


def sent_and_read(score: ModuleType, inputs: Any, *signature: dict[str, Any]) -> Any:
    body = json.loads(encode_inputs(inputs))
    return score.read(body, metadata(list(signature) or None)).data


def column_of(kind: str) -> dict[str, Any]:
    return {"type": kind, "name": "c", "required": True}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.from_regex(r"0*\d+(\.\d+)?", fullmatch=True)
FLOATS = st.floats(allow_infinity=False)
TIMES = st.datetimes(min_value=pd.Timestamp.min.ceil("D"), max_value=pd.Timestamp.max.floor("D"))
KINDS = [
    ("long", "int64", st.integers(-(2**63), 2**63 - 1)),
    ("integer", "int32", st.integers(-(2**31), 2**31 - 1)),
    ("double", "float64", FLOATS),
    ("float", "float32", st.floats(width=32, allow_infinity=False)),
    ("boolean", "bool", st.booleans()),
    ("datetime", "datetime64[ns]", TIMES),
    ("string", "object", TEXTS),
    ("binary", "object", st.binary(max_size=20)),
]


@pytest.mark.parametrize(("kind", "dtype", "values"), KINDS, ids=[kind for kind, _, _ in KINDS])
@MANY
@given(data=st.data())
def test_a_column_arrives_as_it_was_sent(
    score: ModuleType, kind: str, dtype: str, values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    column = data.draw(st.lists(values, min_size=1, max_size=6))
    frame = pd.DataFrame({"c": pd.Series(column, dtype=dtype)})

    received = sent_and_read(score, frame, column_of(kind))

    pd.testing.assert_frame_equal(frame, received, check_dtype=dtype != "object")
    assert [type(value) for value in received["c"]] == [type(value) for value in frame["c"]]


@MANY
@given(values=st.lists(st.integers(-(2**53), 2**53) | st.none(), min_size=1, max_size=6))
def test_a_nullable_whole_number_keeps_its_value_and_its_gaps(score: ModuleType, values: list[int | None]) -> None:
    frame = pd.DataFrame({"c": pd.array(values, dtype="Int64")})

    received = sent_and_read(score, frame)

    assert [None if pd.isna(value) else int(value) for value in received["c"]] == values


@MANY
@given(values=st.lists(TIMES, min_size=1, max_size=5), zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]))
def test_a_time_with_a_zone_stays_the_same_moment(score: ModuleType, values: list[Any], zone: str) -> None:
    column = pd.Series(pd.DatetimeIndex(values, dtype="datetime64[us]").tz_localize("UTC").tz_convert(zone), name="c")

    received = sent_and_read(score, column, column_of("datetime"))

    assert list(received["c"]) == list(column.dt.tz_convert("UTC").dt.tz_localize(None))


NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@MANY
@given(values=st.lists(JSON, min_size=1, max_size=4))
def test_nested_cells_arrive_as_they_were_sent(score: ModuleType, values: list[Any]) -> None:
    cells = np.empty(len(values), dtype=object)
    cells[:] = values

    body = json.loads(encode_inputs(pd.DataFrame({"c": cells})))

    assert [row[0] for row in body["dataframe_split"]["data"]] == values
    assert list(score.read(body, metadata(None)).data.columns) == ["c"]


@MANY
@given(
    shape=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    dtype=st.sampled_from(["int8", "uint16", "int64", "float32", "float64", "bool"]),
    data=st.data(),
)
def test_an_array_arrives_as_the_tensor_it_was(
    score: ModuleType, shape: tuple[int, int], dtype: str, data: st.DataObject
) -> None:
    numbers = data.draw(st.lists(st.integers(0, 1), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    array = np.array(numbers).reshape(shape).astype(dtype)
    tensor = {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": [-1, shape[1]]}}

    received = sent_and_read(score, array, tensor)

    np.testing.assert_array_equal(array, received, strict=True)


@MANY
@given(answer=JSON)
def test_an_answer_comes_back_as_it_was_given(score: ModuleType, answer: Any) -> None:
    assert json.loads(json.dumps(score._plain(answer), allow_nan=False)) == answer
