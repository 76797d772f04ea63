"""Saves the classifier of OCI's documentation with the MLflow at hand: ``python save_classifier.py FOLDER COLUMNS``."""

from __future__ import annotations

import sys
import warnings

warnings.filterwarnings("ignore")

import mlflow  # noqa: E402 (silenced first)
from mlflow.models import infer_signature  # noqa: E402
from sklearn.datasets import load_breast_cancer  # type: ignore[import-untyped] # noqa: E402
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped] # noqa: E402
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped] # noqa: E402
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped] # noqa: E402

folder, columns = sys.argv[1], sys.argv[2].split(",")
data = load_breast_cancer(as_frame=True)
frame, target = data.data[columns], data.target
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, target)
mlflow.sklearn.save_model(model, folder, signature=infer_signature(frame, target))
