"""A real registry in SQLite, laid out once, and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mlflow import MlflowClient

MLMODEL = """\
flavors:
  python_function:
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: mlflow.sklearn
    python_version: 3.11.7
  sklearn:
    pickled_model: model.pkl
mlflow_version: 2.16.0
signature:
  inputs: '[{"type": "double", "name": "mean radius", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
  params: null
utc_time_created: '2024-09-01 12:30:00.123456'
"""
FILES = {
    "MLmodel": MLMODEL,
    "conda.yaml": "dependencies:\n- python=3.11.7\n- pip:\n  - mlflow==2.16.0\n",
    "python_env.yaml": "python: 3.11.7\ndependencies:\n- -r requirements.txt\n",
    "requirements.txt": "mlflow==2.16.0\n",
    "serving_input_example.json": '{"inputs": [[1.0]]}',
    "model.pkl": "not a pickle, and nobody may load it",
}


def write_model(folder: Path, files: dict[str, str] = FILES) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with the models that the tests name."""
    root = tmp_path_factory.mktemp("laid_out")
    uri = f"sqlite:///{root}/mlflow.db"
    client = MlflowClient(uri, uri)
    source = write_model(root / "model").as_uri()
    for name in ("cancer", "churn", "empty"):
        client.create_registered_model(name)
    for _ in range(7):
        client.create_model_version("cancer", source)
    client.create_model_version("churn", source)
    client.set_registered_model_alias("cancer", "champion", "3")
    client.set_registered_model_alias("cancer", "challenger", "4")
    return root


@pytest.fixture
def registry(laid_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The tracking URI of a copy of it, which MLflow is set up for."""
    shutil.copy(laid_out / "mlflow.db", tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    return uri
