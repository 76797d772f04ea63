"""The quick way to a frame comes to the same as MLflow's, or is not taken."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema

from oci_mlflow_plugin.adapters.image_server.server import quick
from oci_mlflow_plugin.adapters.image_server.server.frames import CELLS, Columns
from oci_mlflow_plugin.adapters.image_server.server.loading import Loaded, load
from oci_mlflow_plugin.adapters.image_server.server.quick import Quick, quick_for

_CODE = Path(quick.__file__).parents[2] / "score" / "scoring" / "score.py"
_ECHO = (
    "import mlflow\n\n\nclass Echo(mlflow.pyfunc.PythonModel):\n"
    "    def predict(self, context, model_input, params=None):\n        return model_input\n\n\n"
    "mlflow.models.set_model(Echo())\n"
)
_COLUMNS = ("double", "long", "string", "boolean", "float")
#: Values that the types have, and some that they have not.
_VALUES = st.one_of(
    st.floats(), st.integers(-(2**70), 2**70), st.text(max_size=5), st.booleans(), st.none(), st.just([1]), st.just({})
)


def _loaded(folder: Path, signature: ModelSignature | None) -> Loaded:
    code = folder / "echo.py"
    code.write_text(_ECHO)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow recommends much to who saves a model
        mlflow.pyfunc.save_model(folder / "m", python_model=str(code), signature=signature, pip_requirements=["mlflow"])
        return load(folder / "m", _CODE)


def _signature(*kinds: str, params: ParamSchema | None = None) -> ModelSignature:
    schema = Schema([ColSpec(DataType[kind], kind) for kind in kinds])
    return ModelSignature(schema, params=params) if params else ModelSignature(schema)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Loaded, Quick]:
    loaded = _loaded(tmp_path_factory.mktemp("mixed"), _signature(*_COLUMNS))
    found = quick_for(loaded)
    assert found is not None
    return loaded, found


@pytest.fixture(scope="module")
def doubles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Loaded, Quick]:
    signature = ModelSignature(Schema([ColSpec(DataType.double, name) for name in "abc"]))
    loaded = _loaded(tmp_path_factory.mktemp("doubles"), signature)
    found = quick_for(loaded)
    assert found is not None
    return loaded, found


def _mlflows(loaded: Loaded, body: dict[str, Any]) -> Any:
    return quick._caught(loaded, body)[0]


def _agree(both: tuple[Loaded, Quick], body: dict[str, Any]) -> bool:
    """Whether the quick way was taken; where it was, it has to come to the same."""
    loaded, found = both
    frame = found.columns.frame(body)
    if frame is not None:
        pd.testing.assert_frame_equal(_mlflows(loaded, body), frame, check_exact=True)
    return frame is not None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.floats(), st.floats() | st.integers(-(2**53), 2**53), st.floats()), min_size=1))
def test_numbers_arrive_as_mlflow_has_them(doubles: tuple[Loaded, Quick], rows: list[tuple[float, ...]]) -> None:
    assert _agree(doubles, {"dataframe_split": {"columns": ["b", "a", "c"], "data": [list(row) for row in rows]}})
    assert _agree(doubles, {"dataframe_records": [dict(zip("cab", row, strict=True)) for row in rows]})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.floats(), st.integers(-(2**63), 2**63 - 1), st.text(), st.booleans(), st.floats(width=32)),
        min_size=1,
        max_size=5,
    )
)
def test_columns_of_several_types_arrive_as_mlflow_has_them(mixed: tuple[Loaded, Quick], rows: list[Any]) -> None:
    assert _agree(mixed, {"dataframe_split": {"columns": list(_COLUMNS), "data": [list(row) for row in rows]}})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.tuples(*[_VALUES] * len(_COLUMNS)), index=st.one_of(st.none(), st.just([1]), st.just(["x"]), st.just([])))
def test_whatever_comes_is_the_same_or_left_to_mlflow(mixed: tuple[Loaded, Quick], row: Any, index: Any) -> None:
    split = {"columns": list(_COLUMNS), "data": [list(row)]}

    _agree(mixed, {"dataframe_split": split if index is None else {**split, "index": index}})


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_split": None},
        {"dataframe_split": []},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": []}},
        {"dataframe_split": {"columns": ["a", "b", "b"], "data": [[1, 2, 3]]}},
        {"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2]]}},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2, None]]}},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2, True]]}},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2, 3], [1, 2]]}},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2, 3]], "index": [None]}},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2, 10**400]]}},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2, 3]]}, "params": {"x": 1}},
        {"dataframe_records": [{"a": 1, "b": 2, "d": 3}]},
        {"dataframe_records": {"a": 1}},
        {"inputs": [{"a": 1, "b": 2, "c": 3}]},
    ],
)
def test_what_is_not_plain_is_left_to_mlflow(doubles: tuple[Loaded, Quick], body: Any) -> None:
    assert doubles[1].columns.frame(body) is None


def test_the_layout_in_memory_is_mlflows(doubles: tuple[Loaded, Quick]) -> None:
    body = {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2, 3], [4, 5, 6]]}}

    expected, found = _mlflows(doubles[0], body).to_numpy(), doubles[1].columns.frame(body).to_numpy()

    assert (expected.flags.f_contiguous, expected.strides) == (found.flags.f_contiguous, found.strides)


def test_every_type_of_the_quick_way_is_tried_at_the_start() -> None:
    assert set(quick._VALUES) == set(CELLS)


@pytest.mark.parametrize("kind", ["datetime", "binary"])
def test_there_is_no_quick_way_for_types_that_mlflow_converts(tmp_path: Path, kind: str) -> None:
    assert quick_for(_loaded(tmp_path, _signature("double", kind))) is None


def test_there_is_no_quick_way_without_a_signature_or_with_params(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    params = ParamSchema([ParamSpec("top", DataType.long, 5)])

    assert quick_for(_loaded(tmp_path / "a", None)) is None
    assert quick_for(_loaded(tmp_path / "b", _signature("double", params=params))) is None


def test_a_frame_that_differs_ends_the_quick_way(
    doubles: tuple[Loaded, Quick], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Columns, "_doubles", lambda _self, rows, _order, _index: pd.DataFrame(rows))

    assert quick_for(doubles[0]) is None
