"""A model that is asked without MLflow's checks, where a frame needs none; found out at the start."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from oci_mlflow_plugin.adapters.image_server.server.frames import CELLS, Columns
from oci_mlflow_plugin.adapters.image_server.server.loading import Loaded

#: Attribute of MLflow's `PyFuncModel` with the function that predicts once data was checked.
_FUNCTION = "_predict_fn"
#: Three values of each type.
_VALUES: dict[str, list[Any]] = {
    "double": [1, 2.5, -1e300],
    "float": [0.1, -2.5, 3e38],
    "long": [1, -(2**62), 7],
    "boolean": [True, False, True],
    "string": ["a", "", "\u00fc 1"],
}


class Quick:
    """A model and the columns of its frames."""

    def __init__(self, loaded: Loaded, columns: Columns, named: dict[str, Any]) -> None:
        self.columns = columns
        self._score = loaded.score
        self._metadata = loaded.model.metadata
        self._function = getattr(loaded.model, _FUNCTION)
        self._named = named
        self._context = _context_of(loaded.model)

    def predict(self, frame: Any) -> Any:  # noqa: ANN401
        """What the model answers, in the surroundings that MLflow gives it.

        Raises:
            InvalidInputError: MLflow refuses the data.
            Exception: Whatever the model raises.
        """
        try:
            with self._context():
                return self._function(frame, **self._named)
        except Exception as fault:
            self._score.refuse_input(fault, self._metadata)
            raise


def quick_for(loaded: Loaded) -> Quick | None:
    """The quick way to the model, or None where there is none that comes to the same."""
    try:
        kinds = _kinds(loaded.model.metadata)
        return _tried(loaded, kinds) if kinds else None
    except Exception:  # noqa: BLE001 - old and new MLflow may lack or change whatever is used here
        return None


def _kinds(metadata: Any) -> dict[str, str]:  # noqa: ANN401
    schema = metadata.get_input_schema()
    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return {}
    if metadata.get_params_schema() is not None or "dependencies_schemas" in (metadata.metadata or {}):
        return {}
    for name in ("_is_signature_from_type_hint", "_is_type_hint_from_example"):
        asked = getattr(metadata, name, None)
        if asked is not None and asked():
            return {}
    kinds = {name: getattr(kind, "name", "") for name, kind in zip(schema.input_names(), schema.input_types())}  # noqa: B905
    return kinds if set(kinds.values()) <= CELLS.keys() else {}


def _tried(loaded: Loaded, kinds: dict[str, str]) -> Quick | None:
    bodies = _bodies(kinds)
    expected, named = _caught(loaded, bodies[0])
    if set(named) - {"params"} or named.get("params"):
        return None
    columns = Columns(list(kinds), list(kinds.values()), list(expected.dtypes))
    if all(_same(_caught(loaded, body)[0], columns.frame(body)) for body in bodies):
        return Quick(loaded, columns, named)
    return None


def _bodies(kinds: dict[str, str]) -> list[dict[str, Any]]:
    names = list(kinds)
    rows = [list(row) for row in zip(*map(_VALUES.__getitem__, kinds.values()))]  # noqa: B905 - Python 3.8
    records = [dict(zip(names, row)) for row in rows]  # noqa: B905 - Python 3.8
    reverse = {"columns": names[::-1], "data": [row[::-1] for row in rows]}
    return [
        {"dataframe_split": {"columns": names, "data": rows}},
        {"dataframe_split": {"columns": names, "data": rows[:1]}},
        {"dataframe_split": reverse},
        {"dataframe_split": {"columns": names, "index": [5, 3, 9], "data": rows}},
        {"dataframe_split": {"columns": names, "index": ["x", "y", "x"], "data": rows}},
        {"dataframe_records": records},
        {"dataframe_records": [dict(reversed(list(record.items()))) for record in records[:1]]},
    ]


def _caught(loaded: Loaded, body: dict[str, Any]) -> Any:  # noqa: ANN401
    """The frame, and what else by name, that the model's own function gets when MLflow does the work."""
    calls: list[Any] = []
    function = getattr(loaded.model, _FUNCTION)

    @functools.wraps(function)
    def catch(data: Any, **named: Any) -> None:  # noqa: ANN401
        calls.append((data, named))

    setattr(loaded.model, _FUNCTION, catch)
    try:
        loaded.score.run(loaded.model, loaded.score.read(body, loaded.model.metadata))
    finally:
        setattr(loaded.model, _FUNCTION, function)
    return calls[0]


def _same(expected: Any, found: Any) -> bool:  # noqa: ANN401
    import pandas as pd  # noqa: PLC0415

    if type(expected) is not pd.DataFrame or type(found) is not pd.DataFrame:
        return False
    if type(expected.index) is not type(found.index):
        return False
    pd.testing.assert_frame_equal(expected, found, check_exact=True)
    layouts = [frame.to_numpy().flags for frame in (expected, found)]
    return layouts[0].f_contiguous == layouts[1].f_contiguous and layouts[0].c_contiguous == layouts[1].c_contiguous


def _context_of(model: Any) -> Callable[[], Any]:  # noqa: ANN401
    from mlflow.pyfunc.context import Context, set_prediction_context  # noqa: PLC0415

    told = {"model_id": model.model_id} if getattr(model, "model_id", None) else {}

    def context() -> Any:  # noqa: ANN401
        made = Context()
        if told:
            made.update(**told)
        return set_prediction_context(made)

    return context
