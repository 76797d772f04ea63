"""Reading the corpus of the wire format, and score.py's own reading of requests."""

from __future__ import annotations

import base64
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import Model, ModelSignature
from mlflow.types import Schema

CORPUS = Path(__file__).parents[2] / "corpus" / "wire"


def cases() -> list[Path]:
    """Every case of every version."""
    return sorted(CORPUS.glob("v*/*.json"))


def load_score(folder: Path) -> ModuleType:
    """The ``score.py`` of an artifact, as the service imports it."""
    spec = importlib.util.spec_from_file_location("score_under_test", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["score_under_test"] = module
    spec.loader.exec_module(module)
    return module


def metadata(signature: list[dict[str, Any]] | None) -> Model:
    """What a model with these inputs says of itself."""
    known = None if signature is None else ModelSignature(Schema.from_json(json.dumps(signature)))
    return Model(signature=known)


def value_of(described: dict[str, Any]) -> Any:
    """The Python value that a case describes."""
    if described["kind"] == "frame":
        columns = {column["name"]: _column(column) for column in described["columns"]}
        return pd.DataFrame(columns, index=described.get("index"))
    if described["kind"] == "array":
        return np.array(described["values"], dtype=described["dtype"])
    if described["kind"] == "arrays":
        return {name: np.array(part["values"], dtype=part["dtype"]) for name, part in described["arrays"].items()}
    return described["value"]


def _column(column: dict[str, Any]) -> Any:
    dtype, values = column["dtype"], [_cell(value) for value in column["values"]]
    if dtype == "bytes":
        return np.array([base64.b64decode(value) for value in values] + [None], dtype=object)[:-1]
    if dtype.startswith("datetime64"):
        times = pd.to_datetime(pd.Series(values), format="ISO8601", utc="," in dtype)
        return _zoned(times, dtype)
    if dtype in {"text", "object", "array"}:
        filled = np.empty(len(values), dtype=object)
        filled[:] = values
        return filled
    return pd.array(values, dtype=dtype) if dtype == "Int64" else np.array(values, dtype=dtype)


def _zoned(times: Any, dtype: str) -> Any:
    if "," in dtype:
        return times.dt.tz_convert(dtype[:-1].split(", ")[1]).array
    return times.astype(dtype).array


def _cell(value: Any) -> Any:
    return float("inf") if value == {"special": "inf"} else value


def assert_same(expected: Any, actual: Any, dtypes: dict[str, str]) -> None:
    """Equal in value and in type; texts may be pandas' own or Python's, which differs between pandas 2 and 3."""
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(expected, actual, check_dtype=False, check_index_type=False)
        for name, dtype in dtypes.items():
            assert str(actual[name].dtype) in _DTYPES.get(dtype, {dtype}), name
    elif isinstance(expected, dict) and any(isinstance(part, np.ndarray) for part in expected.values()):
        assert list(expected) == list(actual)
        for name, part in expected.items():
            np.testing.assert_array_equal(part, actual[name], strict=True)
    elif isinstance(expected, np.ndarray):
        np.testing.assert_array_equal(expected, actual, strict=True)
    else:
        assert expected == actual


_DTYPES = {"text": {"object", "str"}, "bytes": {"object"}, "array": {"object"}}
