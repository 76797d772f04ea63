"""The first answer of a model, without which it is not ready."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from oci_mlflow_plugin.adapters.image_server.server.loading import Loaded
from oci_mlflow_plugin.adapters.image_server.server.logs import say

_EXAMPLES = ("serving_input_example.json", "serving_input_payload.json")
#: What a made-up request is made of, by the type of a column.
_VALUES: dict[str, Any] = {
    "boolean": False,
    "integer": 0,
    "long": 0,
    "float": 0.5,
    "double": 0.5,
    "string": "",
    "binary": "",
    "datetime": "2000-01-01T00:00:00",
}
#: What has nothing to do with the values of a made-up request.
_NEVER_ABOUT_VALUES = (ImportError, MemoryError, OSError)


class WarmUp:
    """Asks the model once: its input example where it was saved with one, else a made-up request."""

    def __init__(self, loaded: Loaded, model: Path) -> None:
        self._loaded = loaded
        self._example = _example(model)

    def why_not(self) -> str:
        """Why the model cannot answer; empty once it has.

        A made-up request may be one that the model rightly refuses, which is an answer too.
        """
        score, model = self._loaded.score, self._loaded.model
        try:
            if self._example is not None:
                score.predict(self._example)
            else:
                score.run(model, score.read(_made_up(model.metadata), model.metadata))
        except Exception as fault:  # noqa: BLE001 - the model's
            told = f"{type(fault).__name__}: {fault}"
            if self._example is not None:
                return f"the model does not answer its own input example: {told}"
            if isinstance(fault, _NEVER_ABOUT_VALUES):
                return f"the model does not answer: {told}"
            say("INFO", "the model has no input example and refused a made-up request", fault=type(fault).__name__)
        return ""


def _example(model: Path) -> Any:  # noqa: ANN401
    for name in _EXAMPLES:
        path = model / name
        if path.is_file():
            return json.loads(path.read_text(encoding="utf-8"))
    return None


def _made_up(metadata: Any) -> Any:  # noqa: ANN401
    schema = metadata.get_input_schema()
    if schema is None:
        return {"inputs": [0]}
    if schema.is_tensor_spec():
        return {"inputs": _tensors(schema)}
    kinds = [getattr(kind, "name", "") for kind in schema.input_types()]
    names = schema.input_names() if schema.has_input_names() else [str(number) for number in range(len(kinds))]
    return {"dataframe_split": {"columns": names, "data": [[_VALUES.get(kind) for kind in kinds]]}}


def _tensors(schema: Any) -> Any:  # noqa: ANN401
    import numpy as np  # noqa: PLC0415 - a model with tensors has it

    made = [np.zeros([max(1, size) for size in spec.shape]).tolist() for spec in schema.inputs]
    return dict(zip(schema.input_names(), made)) if schema.has_input_names() else made[0]  # noqa: B905 - Python 3.8
