"""An environment with MLflow, laid out once, and models that are tried in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import attrs
import mlflow
import pytest
from integration.builders.environments import Workshop
from oci_mlflow_builders.checking import PrefixCheck
from oci_mlflow_builders.uv.refusals import unusable

from oci_mlflow_core.model.artifact import FetchedModel, ModelVersion
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.testing.progress_sink import RecordingStep

_MODEL = """\
flavors:
  python_function:
    loader_module: loader
    code: code
    env: conda.yaml
mlflow_version: {mlflow}
"""
_EXAMPLE = """\
saved_input_example_info:
  artifact_path: input_example.json
  pandas_orient: split
  type: dataframe
"""
_LOADER = """\
class Model:
    def predict(self, data):
        {predicting}
        return data["x"] * 2


def _load_pyfunc(path):
    {loading}
    return Model()
"""


@attrs.define
class Tried:
    """An environment, and what its check says about models."""

    built: BuiltPrefix
    request: EnvironmentRequest
    folder: Path
    environ: dict[str, str] = attrs.field(factory=dict)
    step: RecordingStep = attrs.field(factory=lambda: RecordingStep("check"))

    def model(self, *, loading: str = "pass", predicting: str = "pass", example: bool = True) -> Path:
        """A model of which a statement runs when it is loaded, and one when it predicts."""
        model = self.folder / "model"
        (model / "code").mkdir(parents=True)
        described = _MODEL.format(mlflow=mlflow.__version__) + (_EXAMPLE if example else "")
        (model / "MLmodel").write_text(described, encoding="utf-8")
        (model / "conda.yaml").write_text("dependencies: []\n", encoding="utf-8")
        (model / "code" / "loader.py").write_text(_LOADER.format(loading=loading, predicting=predicting))
        (model / "input_example.json").write_text(json.dumps({"columns": ["x"], "data": [[1], [2]]}))
        return model

    def check(self, model: Path, stopped: Callable[[], bool] = lambda: False) -> tuple[str, ...]:
        """What the check says."""
        fetched = FetchedModel(path=model, version=ModelVersion(uri="model", pinned_uri="model"))
        return PrefixCheck(self.environ).check(self.built, fetched, self.request, self.step, stopped=stopped)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuiltPrefix, EnvironmentRequest]:
    """A prefix with the MLflow that runs the tests, which no test changes."""
    reason = unusable()
    if reason is not None:
        pytest.skip(reason)
    workshop = Workshop(tmp_path_factory.mktemp("environment"))
    pip = (f"mlflow-skinny=={mlflow.__version__}", "pandas")
    request = EnvironmentRequest(python=">=3.10", pip=pip)
    built = workshop.builder.build(request, workshop.lock(request), workshop.new("build"), workshop.step)
    return built, request


@pytest.fixture
def tried(environment: tuple[BuiltPrefix, EnvironmentRequest], tmp_path: Path) -> Tried:
    """The environment with a check of its own."""
    built, request = environment
    return Tried(built, request, tmp_path)
