"""Frames in MLflow's scoring protocol.

Imported late, because it imports pandas.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from oci_mlflow_core.errors import PayloadError
from oci_mlflow_plugin.payload.plain import plain, plain_column


def frame_split(frame: pd.DataFrame) -> dict[str, Any]:
    """``dataframe_split``: columns, rows, and the index where it says more than the rows' numbers.

    Raises:
        PayloadError: Columns or index have several levels, or a column's name is there twice.
    """
    check_frame(frame)
    columns = [plain_column(frame.iloc[:, position]) for position in range(frame.shape[1])]
    rows = [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(len(frame))]
    split: dict[str, Any] = {"columns": [plain(name) for name in frame.columns], "data": rows}
    if not frame.index.equals(pd.RangeIndex(len(frame))):
        split["index"] = plain(frame.index)
    return split


def frame_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """``dataframe_records``: one object a row.

    Raises:
        PayloadError: Columns or index have several levels, or a column's name is there twice.
    """
    split = frame_split(frame)
    names = [str(name) for name in split["columns"]]
    return [dict(zip(names, row, strict=True)) for row in split["data"]]


def check_frame(frame: pd.DataFrame) -> None:
    """Raises `PayloadError` for a frame that JSON cannot hold as MLflow reads it."""
    if frame.columns.nlevels > 1:
        raise PayloadError("the frame's columns have several levels", "Give each column one name.")
    if frame.index.nlevels > 1:
        raise PayloadError("the frame's index has several levels", "Make columns of it with reset_index(), or drop it.")
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise PayloadError(f"two columns are called '{twice[0]}'", "Give each column its own name.")
