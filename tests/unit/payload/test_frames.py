from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd
import pytest

from oci_mlflow_core.errors import PayloadError
from oci_mlflow_plugin.payload.frames import undo_read_json

SPLIT = {"columns": ["a", "b"], "index": [0], "data": [[1, 2.5]]}
HI = {"role": "user", "content": "hi"}


def through_mlflow(content: Any) -> pd.DataFrame:
    """As ``mlflow deployments predict`` reads its input file."""
    return pd.read_json(io.StringIO(json.dumps(content)))


@pytest.mark.parametrize(
    "request_",
    [
        {"dataframe_split": SPLIT},
        {"dataframe_split": {"columns": ["a"], "data": [[1], [None]]}},
        {"dataframe_split": SPLIT, "params": {"top": 3, "temperature": 0.5, "flag": True, "text": "x"}},
        {"dataframe_records": [{"a": 1, "b": "x"}, {"a": 2, "b": "00123"}]},
        {"instances": [1, 2, 3]},
        {"instances": [[1, 2], [3, 4]]},
        {"instances": [{"a": 1}]},
        {"inputs": [1.5, None, 3.5]},
        {"inputs": ["x", "00123"]},
        {"inputs": {"a": [1, 2], "b": [3, 4]}},
        {"inputs": {"a": [1, 2], "b": [3, 4]}, "params": {"top": 3}},
        {"inputs": {"a": 1, "b": 2}},
        {"messages": [HI]},
        {"messages": [HI], "temperature": 0.5, "max_tokens": 5},
        {"messages": [HI, HI], "temperature": 0.5, "stop": ["x", "y"]},
        {"messages": [HI], "stop": ["x"]},
        {"prompt": ["a", "b"]},
        {"prompt": ["a", "b"], "temperature": 0.5},
        {"input": ["a", "b"]},
    ],
)
def test_a_request_comes_back_as_it_was(request_: dict[str, Any]) -> None:
    frame = through_mlflow(request_)

    assert undo_read_json(frame) == request_


def test_the_example_of_the_oci_documentation_comes_back_where_pandas_can_read_it() -> None:
    bare = {"columns": ["a", "b"], "index": [0, 1], "data": [[1, 2], [3, 4]]}

    assert undo_read_json(through_mlflow(bare)) == {"dataframe_split": bare}


@pytest.mark.parametrize(
    "content",
    [
        [{"a": 1, "b": "x"}],
        {"a": {"0": 1, "1": 2}},
        [{"messages": [HI]}],
        [{"columns": 1, "data": 2}],
        [{"inputs": 1, "amount": 2}],
    ],
)
def test_data_of_a_frame_stays_a_frame(content: Any) -> None:
    frame = through_mlflow(content)

    assert undo_read_json(frame) is frame


def test_a_model_with_a_column_called_prompt_gets_its_frame() -> None:
    frame = through_mlflow([{"prompt": "a"}, {"prompt": "b"}])

    assert undo_read_json(frame, {"inputs": '[{"name": "prompt", "type": "string"}]'}) is frame


def test_bare_rows_get_the_names_of_the_signature() -> None:
    frame = undo_read_json(
        through_mlflow([[1, 2], [3, 4]]), {"inputs": [{"name": "a", "type": "long"}, {"name": "b", "type": "long"}]}
    )

    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == ["a", "b"]


@pytest.mark.parametrize("name", ["a", "inputs"])
def test_two_columns_of_one_name_are_refused(name: str) -> None:
    frame = pd.DataFrame([[1, 2]], columns=[name, name])

    with pytest.raises(PayloadError) as caught:
        undo_read_json(frame, {"inputs": json.dumps([{"name": name, "type": "long"}])})

    assert str(caught.value) == f"two columns are called '{name}'"
