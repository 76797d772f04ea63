"""Undoing what `pandas.read_json` did to a user's file on its way through MLflow's command.

``mlflow deployments predict`` reads the file with `pandas.read_json` before a plugin sees it. A request in MLflow's
scoring protocol becomes a frame that has the protocol's keys as columns; it is turned back here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from oci_mlflow_plugin.payload.encode import FORMS, LLM_KEYS
from oci_mlflow_plugin.payload.signature import column_types

if TYPE_CHECKING:
    import pandas as pd

_BARE_SPLIT = frozenset({"columns", "index", "data"})
#: Keys of chat and completion requests that hold lists; others repeat one value in each row of the frame.
_LLM_LISTS = frozenset({"messages", "tools", "stop", "functions"})


def undo_read_json(frame: pd.DataFrame, signature: dict[str, Any] | None = None) -> pd.DataFrame | dict[str, Any]:
    """The request that the file held, or the frame itself where the file held the data of a frame.

    What pandas cannot give back: a list of one value in a chat request, beside its known lists, comes back as the
    value; texts that look like numbers or dates have become such (see `cast_by_signature`).

    Args:
        frame: What MLflow's command passes to the plugin.
        signature: The model's, where it is known: a model whose columns are called like the protocol's keys gets
            the frame.

    Raises:
        PayloadError: Two columns have one name, or columns or index have several levels.
    """
    from oci_mlflow_plugin.payload.frame_form import check_frame  # noqa: PLC0415 - imports pandas

    check_frame(frame)
    names = {str(name) for name in frame.columns}
    types = column_types(signature)
    if types and _is_numbered(frame.columns) and len(types) == len(frame.columns):
        named: pd.DataFrame = frame.set_axis(list(types), axis="columns")
        return named
    if types and names <= set(types):
        return frame
    if len(names & set(FORMS)) == 1 and names <= {*FORMS, "params"}:
        return {str(name): _value(frame, name) for name in frame.columns}
    if names & LLM_KEYS and _is_llm_request(frame):
        return {str(name): _llm_value(frame[name]) for name in frame.columns}
    if {"columns", "data"} <= names <= _BARE_SPLIT and _is_bare_split(frame):
        return {"dataframe_split": {str(name): _cells(frame[name]) for name in frame.columns}}
    return frame


def _value(frame: pd.DataFrame, name: Any) -> Any:  # noqa: ANN401 - a label and JSON
    """One key's value: an object where the labels are texts, else a list (pandas refuses to mix the two)."""
    column = frame[name]
    if not all(isinstance(label, str) for label in column.index):
        return _cells(column)
    known = column[column.notna()] if frame.shape[1] > 1 else column
    has_gaps = len(known) < len(column)
    return {
        str(label): _whole(value) if has_gaps else value
        for label, value in zip(known.index, _cells(known), strict=True)
    }


def _llm_value(column: pd.Series[Any]) -> Any:  # noqa: ANN401 - JSON
    cells = _cells(column)
    repeats_itself = all(cell == cells[0] for cell in cells)
    return cells[0] if repeats_itself and column.name not in _LLM_LISTS else cells


def _is_llm_request(frame: pd.DataFrame) -> bool:
    if "messages" not in frame.columns:
        return len(frame) > 0
    return all(isinstance(cell, dict) for cell in frame["messages"])


def _is_numbered(labels: pd.Index[Any]) -> bool:
    """Whether the file held bare rows."""
    return list(labels) == list(range(len(labels)))


def _is_bare_split(frame: pd.DataFrame) -> bool:
    width = len(frame)
    return all(isinstance(row, list) and len(row) == width for row in frame["data"])


def _cells(column: pd.Series[Any]) -> list[Any]:
    return [_cell(value) for value in column.tolist()]


def _cell(value: Any) -> Any:  # noqa: ANN401 - JSON
    return None if isinstance(value, float) and math.isnan(value) else value


def _whole(value: Any) -> Any:  # noqa: ANN401 - JSON
    """3.0 as 3: pandas writes whole numbers so where the other key has no value of that name."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
