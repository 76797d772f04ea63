"""Saves a model with a signature, by whatever MLflow runs this: ``python save_signed.py FOLDER``."""
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201 - as users write models

import sys

import mlflow.pyfunc
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema


class Kinds(mlflow.pyfunc.PythonModel):
    """Returns what it got, and how."""

    def predict(self, context, model_input, params=None):
        kinds = " ".join(str(dtype) for dtype in model_input.dtypes)
        return model_input.assign(kinds=kinds)


if __name__ == "__main__":
    columns = [
        ColSpec("string", "id"),
        ColSpec("datetime", "day"),
        ColSpec("binary", "raw"),
        ColSpec("float", "amount"),
    ]
    signature = ModelSignature(inputs=Schema(columns))
    mlflow.pyfunc.save_model(sys.argv[1], python_model=Kinds(), signature=signature, pip_requirements=["mlflow"])
