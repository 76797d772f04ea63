from __future__ import annotations

import warnings
from pathlib import Path
from types import ModuleType

import mlflow
import pytest
from unit.score.wire import load_score

from oci_mlflow_core.model.artifact import FetchedModel, ModelVersion
from oci_mlflow_plugin.adapters.score.assembler import own_score_code


@pytest.fixture
def model(tmp_path: Path) -> FetchedModel:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors: {}\n")
    return FetchedModel(path=folder, version=ModelVersion(uri="models:/cancer/1", pinned_uri="models:/cancer/1"))


@pytest.fixture(scope="session")
def score(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """``score.py`` beside a real model, imported."""
    folder = tmp_path_factory.mktemp("artifact") / "model"
    code = folder.parent / "echo.py"
    code.write_text(
        "import mlflow\n\n\nclass Echo(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n        return model_input\n\n\n"
        "mlflow.models.set_model(Echo())\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow recommends much to who saves a model
        mlflow.pyfunc.save_model(folder, python_model=str(code), pip_requirements=["mlflow"])
        (folder / "score.py").write_bytes(own_score_code())
        return load_score(folder)
