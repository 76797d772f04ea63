# ruff: noqa: E501 - tables of cases
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oci_mlflow_core.errors import PayloadError
from oci_mlflow_plugin.payload.encode import encode_inputs
from oci_mlflow_plugin.payload.files import read_inputs

SIGNATURE = {"inputs": json.dumps([{"name": "id", "type": "string"}, {"name": "n", "type": "long"}])}
HINT = "Accepted are .json, .csv and .parquet files."


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ('{"dataframe_split": {"columns": ["a"], "data": [[1]]}}', {"dataframe_split": {"columns": ["a"], "data": [[1]]}}),
        ('{"columns": ["a", "b"], "index": [0], "data": [[1, 2]]}', {"columns": ["a", "b"], "index": [0], "data": [[1, 2]]}),
        ('{"inputs": [1], "params": {"top": 3}}', {"inputs": [1], "params": {"top": 3}}),
        ('{"messages": []}', {"messages": []}),
        ('[{"id": "00123"}]', {"dataframe_records": [{"id": "00123"}]}),
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ('{"id": {"0": "00123", "1": "7"}, "n": {"0": 1, "1": NaN}}', {"dataframe_split": {"columns": ["id", "n"], "data": [["00123", 1], ["7", None]]}}),
        ('{"a": [1, 2], "b": [3, 4]}', {"inputs": {"a": [1, 2], "b": [3, 4]}}),
    ],
)  # fmt: skip
def test_json_of_any_accepted_form_is_sent_without_a_guess(tmp_path: Path, content: str, body: Any) -> None:
    path = written(tmp_path, "rows.json", content)

    assert json.loads(encode_inputs(read_inputs(path))) == body


def test_csv_keeps_what_a_number_would_lose(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "rows.CSV",
        "id,plus,whole,part,gap,flag,text,huge\n"
        "00123,+1,9007199254740993,0.5,1,True,a,123456789012345678901234567890\n"
        "7,2,2,1e3,,False,,1\n",
    )

    frame = read_inputs(path)

    assert json.loads(encode_inputs(frame))["dataframe_split"]["data"] == [
        ["00123", "+1", 9007199254740993, 0.5, 1, True, "a", "123456789012345678901234567890"],
        ["7", "2", 2, 1000.0, None, False, None, "1"],
    ]


def test_csv_columns_that_the_signature_calls_strings_stay_texts(tmp_path: Path) -> None:
    path = written(tmp_path, "rows.csv", "id,n\n123,5\n")

    frame = read_inputs(path, signature=SIGNATURE)

    assert json.loads(encode_inputs(frame))["dataframe_split"]["data"] == [["123", 5]]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    rows = pd.DataFrame({"id": ["00123"], "n": pd.array([2**53 + 1], dtype="Int64"), "t": [pd.Timestamp(2020, 1, 1)]})
    rows.to_parquet(path)

    frame = read_inputs(path)

    assert json.loads(encode_inputs(frame))["dataframe_split"]["data"] == [
        ["00123", 9007199254740993, "2020-01-01T00:00:00"]
    ]


def test_the_kind_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "rows.txt", "a\n1\n")

    assert read_inputs(path, kind="csv")["a"].tolist() == [1]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.txt", "a", "{path}: what kind of file this is cannot be told from its name"),
        ("rows.json", " \n", "{path}: the file is empty"),
        ("rows.json", "{", "{path}: not a readable json file: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("rows.json", "3", "a file with a single JSON value holds no rows"),
        ("rows.csv", 'a,b\n1,2,3\n"', "{path}: not a readable csv file: "),
        ("rows.parquet", "PAR1", "{path}: not a readable parquet file: "),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = written(tmp_path, name, content)

    with pytest.raises(PayloadError) as caught:
        read_inputs(path)

    assert str(caught.value).startswith(message.format(path=path) if "{path}" in message else message)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PayloadError) as caught:
        read_inputs(tmp_path / "nowhere.json")

    assert str(caught.value) == f"{tmp_path / 'nowhere.json'}: cannot be read: No such file or directory"
