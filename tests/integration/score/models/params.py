# A model as users write them, without types.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
from __future__ import annotations

import mlflow


class Params(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return {"rows": len(model_input), "params": params}


mlflow.models.set_model(Params())
