"""Requests made from MLflow's own scoring protocol: its forms, content types and data types, and what breaks them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import pandas as pd
from mlflow.models.utils import convert_input_example_to_serving_input
from mlflow.pyfunc import scoring_server as protocol
from mlflow.types import ColSpec, DataType, Schema
from mlflow.utils.proto_json_utils import dump_input_data

#: One row of values for each of MLflow's data types that JSON, CSV and Parquet can carry alike.
VALUES: dict[DataType, list[Any]] = {
    DataType.boolean: [True, False],
    DataType.integer: [7, -(2**31)],
    DataType.long: [2**53 + 1, -7],
    DataType.float: [0.1, -2.5],
    DataType.double: [1e-300, 0.1],
    DataType.string: ["00123", "a,\u00fc\n\"b'"],
    DataType.binary: ["AP8=", ""],
    DataType.datetime: ["2020-01-02T03:04:05", "2020-01-03T00:00:00"],
}


@attrs.frozen
class Case:
    name: str
    body: bytes
    content_type: str | None = protocol.CONTENT_TYPE_JSON

    @property
    def is_json(self) -> bool:
        return self.content_type == protocol.CONTENT_TYPE_JSON


def every_type() -> tuple[Schema, pd.DataFrame]:
    """A signature with a column of each data type, and a frame of it."""
    assert set(VALUES) == set(DataType)
    schema = Schema([ColSpec(kind, kind.name) for kind in VALUES])
    return schema, pd.DataFrame({kind.name: values for kind, values in VALUES.items()})


def of_frame(frame: pd.DataFrame, params: dict[str, Any] | None = None) -> Iterator[Case]:
    """The frame in every form and content type of the protocol."""
    extra = {} if params is None else {protocol.SERVING_PARAMS_KEY: params}
    records = json.loads(frame.to_json(orient="records", double_precision=15))
    split = json.loads(frame.to_json(orient="split", double_precision=15))
    contents = {
        protocol.DF_RECORDS: records,
        protocol.DF_SPLIT: split,
        protocol.INSTANCES: records,
        protocol.INPUTS: {name: [record[name] for record in records] for name in split["columns"]},
    }
    assert set(contents) == protocol.SUPPORTED_FORMATS
    for form, content in contents.items():
        yield of_json(form, {form: content, **extra})
    without_index = {key: value for key, value in split.items() if key != "index"}
    yield of_json("dataframe_split without an index", {protocol.DF_SPLIT: without_index, **extra})
    yield of_json("inputs of records", {protocol.INPUTS: records, **extra})
    yield Case("as MLflow's client sends it", dump_input_data(frame).encode())
    example = convert_input_example_to_serving_input(frame)
    assert example is not None
    yield Case("as MLflow saves an example", example.encode())
    yield Case("CSV", frame.to_csv(index=False).encode(), protocol.CONTENT_TYPE_CSV)
    yield Case("CSV with a charset", frame.to_csv(index=False).encode(), "text/csv; charset=UTF-8")
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    yield Case("Parquet", buffer.getvalue(), protocol.CONTENT_TYPE_PARQUET)


def of_array(array: np.ndarray[Any, Any]) -> Iterator[Case]:
    yield of_json("inputs", {protocol.INPUTS: array.tolist()})
    yield of_json("instances", {protocol.INSTANCES: array.tolist()})
    yield Case("as MLflow's client sends it", dump_input_data(array, inputs_key=protocol.INPUTS).encode())


def of_json(name: str, value: Any) -> Case:
    return Case(name, json.dumps(value).encode())


def broken(frame: pd.DataFrame) -> Iterator[Case]:
    """What is wrong in form, for every form and content type."""
    records = json.loads(frame.to_json(orient="records"))
    split = json.loads(frame.to_json(orient="split"))
    column = split["columns"][0]
    for text in (
        b"",
        b"{",
        b"nope",
        b'"text"',
        b"5",
        b"null",
        b"{}",
        b'{"other": 1}',
        b"\xff\xfe",
        b'{"inputs": [1,]}',
    ):
        yield Case(f"the body {text!r}", text)
    for form in sorted(protocol.SUPPORTED_FORMATS):
        contents: tuple[Any, ...] = (None, 5, "text", [], {})
        for content in contents:
            yield of_json(f"{form} of {content!r}", {form: content})
    yield of_json("two forms", {protocol.INPUTS: records, protocol.INSTANCES: records})
    yield of_json("a column is missing", {protocol.DF_RECORDS: [_without(record, column) for record in records]})
    yield of_json("a row is too long", {protocol.DF_SPLIT: {**split, "data": [[*split["data"][0], 1]]}})
    yield of_json("a column has no type of it", {protocol.DF_RECORDS: [{**records[0], column: {"a": [1]}}]})
    yield of_json("split has another key", {protocol.DF_SPLIT: {**split, "more": 1}})
    yield of_json("params are no object", {protocol.DF_RECORDS: records, protocol.SERVING_PARAMS_KEY: [1]})
    yield Case("CSV that is no UTF-8", b"a\n\xff\n", protocol.CONTENT_TYPE_CSV)
    yield Case("CSV of nothing", b"", protocol.CONTENT_TYPE_CSV)
    yield Case("CSV without a column", f"other\n{column}\n".encode(), protocol.CONTENT_TYPE_CSV)
    yield Case("Parquet that is none", b"PAR1", protocol.CONTENT_TYPE_PARQUET)
    known = json.dumps({protocol.DF_SPLIT: split}).encode()
    for content_type in ("text/plain", "application/json; charset=latin-1", "application/json; format=x", ""):
        yield Case(f"the content type '{content_type}'", known, content_type)
    yield Case("the content type with a charset", known, "application/json; charset=utf-8")
    yield Case("no content type", known, None)


def beyond() -> Iterator[Case]:
    """Forms that OCI documents, and MLflow's server has not."""
    yield of_json("a list of rows", [[1.5]])
    yield of_json("a list of records", [{"a": 1.5}])
    yield of_json("the bare split form", {"columns": ["a"], "index": [0], "data": [[1.5]]})


def _without(record: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}
