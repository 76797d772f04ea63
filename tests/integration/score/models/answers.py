# A model as users write them, without types.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, PLW0108
"""Answers with one value of every type that a model may return, chosen by the request."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import uuid

import mlflow
import numpy as np
import pandas as pd


@dataclasses.dataclass
class Point:
    x: float
    y: list


class Colour(enum.Enum):
    RED = "red"


TIME = dt.datetime(2020, 1, 2, 3, 4, 5)  # noqa: DTZ001 - that is the case
ANSWERS = {
    "frame": lambda: pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan], "t": pd.to_datetime(["2020-01-02", None])}),
    "frame of nullable": lambda: pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), 7: ["x", None]}),
    "series": lambda: pd.Series([1, 2], name="s"),
    "series without name": lambda: pd.Series([1.5, np.inf]),
    "index": lambda: pd.Index([1, 2]),
    "categories": lambda: pd.Categorical(["a", "b"]),
    "array": lambda: np.array([[1, 2], [3, 4]]),
    "float array": lambda: np.array([0.5, np.nan, np.inf, -np.inf]),
    "float32": lambda: np.array([0.1], dtype=np.float32),
    "object array": lambda: np.array([1, "x", None, np.nan], dtype=object),
    "time array": lambda: np.array(["2020-01-02", "NaT"], dtype="M8[ns]"),
    "empty array": lambda: np.array([]),
    "zero dimensions": lambda: np.array(5),
    "bytes array": lambda: np.array([b"a"]),
    "list": lambda: [1, [2.5, None], (3,)],
    "set": lambda: {7},
    "generator": lambda: (number for number in (1, 2)),
    "dict": lambda: {"a": np.int64(1), 2: [np.float32(0.5)], None: True, dt.date(2020, 1, 2): 1},
    "scalars": lambda: [1, 2.5, True, None, "é", np.bool_(1), np.int8(3), np.float64("nan"), np.str_("s")],
    "times": lambda: [TIME, pd.Timestamp(TIME), TIME.date(), TIME.time(), pd.NaT, np.datetime64("2020-01-02")],
    "durations": lambda: [dt.timedelta(seconds=90), np.timedelta64(90, "s"), pd.Timedelta(90, "s")],
    "missing": lambda: [pd.NA, float("nan"), float("inf"), None, np.datetime64("NaT")],
    "bytes": lambda: [b"\0\xff", bytearray(b"a")],
    "decimals": lambda: [decimal.Decimal("0.1"), decimal.Decimal("NaN")],
    "others": lambda: [Point(1.0, [2]), Colour.RED, uuid.UUID(int=1)],
    "complex": lambda: [1j],
    "unknown": lambda: object(),
}


class Answers(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return ANSWERS[model_input[0]]()


mlflow.models.set_model(Answers())
