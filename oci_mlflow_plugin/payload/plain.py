"""Values of Python, NumPy and pandas as plain JSON types, for requests.

Imported late: the scalars of NumPy and pandas are told by their classes.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import enum
import json
import math
import uuid
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from oci_mlflow_core.errors import PayloadError


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of a user's data
    """The value in JSON's types; NaN, infinities and missing values as None, bytes in base64, times in ISO 8601.

    Raises:
        PayloadError: It holds something that has no form in JSON.
    """
    if value is None or isinstance(value, (str, int)) or value is pd.NA:
        return None if value is pd.NA else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    for kind, convert in _CONVERSIONS:
        if isinstance(value, kind):
            return convert(value)
    raise PayloadError(
        f"the data holds a {type(value).__module__}.{type(value).__qualname__}, which has no form in JSON",
        "Convert it to numbers, texts, lists or dictionaries first.",
    )


def plain_column(values: pd.Series[Any]) -> list[Any]:
    """One column of a frame; times of one column are all written with equal precision."""
    column: list[Any]
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        column = _times(values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(), "+00:00")
    elif isinstance(values.dtype, np.dtype):
        column = plain_array(values.to_numpy())
    else:
        column = [plain(value) for value in values.tolist()]
    return column


def plain_array(array: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - a list of lists as deep as the array
    """An array as nested lists."""
    if array.dtype.names:
        raise PayloadError(
            "a structured array loses the names of its fields", "Send pandas.DataFrame(array) instead of the array."
        )
    if array.dtype.kind in "biu":
        return array.tolist()
    if array.dtype.kind == "f":
        return array.tolist() if np.isfinite(array).all() else _with_nulls(array)
    if array.dtype.kind == "M":
        return _times(array, "")
    return plain(array.tolist() if array.dtype.kind in "OSU" else list(array))


def _with_nulls(array: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401
    values = array.astype(object)
    values[~np.isfinite(array)] = None
    return values.tolist()


def _times(array: np.ndarray[Any, Any], suffix: str) -> Any:  # noqa: ANN401
    """Text of equal precision: pandas takes the format of the first value for the whole column."""
    known = array[~np.isnat(array)]
    unit = next((unit for unit in ("s", "ms", "us") if (known == known.astype(f"M8[{unit}]")).all()), "ns")
    texts = np.asarray(np.datetime_as_string(array.astype(f"M8[{unit}]"))).astype(object) + suffix
    texts = np.asarray(texts, dtype=object)
    texts[np.isnat(array)] = None
    return texts.tolist()


def _key(key: Any) -> str:  # noqa: ANN401
    written = plain(key)
    return written if isinstance(written, str) else json.dumps(written)


def _number(value: decimal.Decimal) -> int | float | None:
    if value.is_finite() and value == value.to_integral_value():
        return int(value)
    return float(value) if value.is_finite() else None


def _time(value: Any) -> str | None:  # noqa: ANN401 - anything that has isoformat
    if value is pd.NaT:
        return None
    if not isinstance(value, dt.datetime):
        return str(value.isoformat())
    moment = value if value.tzinfo is None else value.astimezone(dt.timezone.utc)
    return moment.isoformat(timespec="nanoseconds" if getattr(value, "nanosecond", 0) else "microseconds")


#: Source of each form: wire-format.md.
_CONVERSIONS: tuple[tuple[Any, Any], ...] = (
    ((bytes, bytearray, memoryview), lambda value: base64.b64encode(bytes(value)).decode()),
    (decimal.Decimal, _number),
    (dt.timedelta, lambda value: _time(pd.Timedelta(value))),
    ((dt.date, dt.time), _time),
    (enum.Enum, lambda value: plain(value.value)),
    (uuid.UUID, str),
    (np.datetime64, lambda value: plain_array(np.asarray(value))),
    (np.timedelta64, lambda value: _time(pd.Timedelta(value))),
    (np.generic, lambda value: plain(value.item())),
    (np.ndarray, plain_array),
    (pd.Series, plain_column),
    ((pd.Index, pd.api.extensions.ExtensionArray), lambda value: plain_column(pd.Series(value))),
)
