# A model as users write them, without types.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
from __future__ import annotations

import mlflow


class Columns(mlflow.pyfunc.PythonModel):
    """Returns what it got, and how."""

    def predict(self, context, model_input, params=None):
        if hasattr(model_input, "columns"):
            return model_input.assign(types=" ".join(f"{name}:{dtype}" for name, dtype in model_input.dtypes.items()))
        return model_input


mlflow.models.set_model(Columns())
