# A model as users write them, without types.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
from __future__ import annotations

import mlflow
from mlflow.exceptions import MlflowException


class Faulty(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        if model_input["a"].iloc[0] == 1:
            raise ZeroDivisionError("the model's own fault")
        raise MlflowException.invalid_parameter_value("raised by the model")


mlflow.models.set_model(Faulty())
