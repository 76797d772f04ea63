"""Artifacts of real models, unpacked, and a child process that asks their ``score.py``."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
from sklearn.datasets import load_breast_cancer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from typing_extensions import Self

from oci_mlflow_core.model.artifact import FetchedModel, ModelVersion
from oci_mlflow_core.testing.artifact_assembler import RUNTIME
from oci_mlflow_plugin.adapters.score.assembler import ScoreArtifactAssembler

HERE = Path(__file__).parent
#: The row of breast-cancer data that documentation of model deployments uses.
COLUMNS = ["mean radius", "mean texture", "mean perimeter", "mean area", "mean smoothness", "mean compactness",
           "mean concavity", "mean concave points"]  # fmt: skip
ROW = [17.99, 10.38, 122.8, 1001.0, 0.1184, 0.2776, 0.3001, 0.1471]

Ask = Callable[..., list[dict[str, Any]]]


def save_code_model(folder: Path, name: str, signature: ModelSignature | None = None) -> None:
    mlflow.pyfunc.save_model(
        folder, python_model=str(HERE / "models" / f"{name}.py"), signature=signature, pip_requirements=["mlflow"]
    )


def save_classifier(folder: Path, *, signed: bool) -> None:
    data = load_breast_cancer(as_frame=True)
    frame = data.data[COLUMNS]
    model = LogisticRegression(max_iter=5000).fit(frame if signed else frame.to_numpy(), data.target)
    signature = mlflow.models.infer_signature(frame, model.predict(frame)) if signed else None
    mlflow.sklearn.save_model(
        model, folder, signature=signature, pip_requirements=["mlflow"], serialization_format="cloudpickle"
    )


def save_tensor_model(folder: Path) -> None:
    save_code_model(folder, "columns", ModelSignature(Schema([TensorSpec(np.dtype("float32"), (-1, 2))])))


def columns_signature() -> ModelSignature:
    kinds = {"id": "string", "day": "datetime", "raw": "binary", "amount": "float", "count": "long", "ok": "boolean"}
    return ModelSignature(Schema([ColSpec(DataType[kind], name) for name, kind in kinds.items()]))


def params_signature() -> ModelSignature:
    frame = pd.DataFrame({"a": [1.5]})
    params = ParamSchema([ParamSpec("top", DataType.long, 5), ParamSpec("temperature", DataType.double, 0.5)])
    return ModelSignature(mlflow.models.infer_signature(frame).inputs, params=params)


def faulty_signature() -> ModelSignature:
    return ModelSignature(Schema([ColSpec(DataType.long, "a")]))


MODELS: dict[str, Callable[[Path], None]] = {
    "classifier": lambda folder: save_classifier(folder, signed=True),
    "unsigned": lambda folder: save_classifier(folder, signed=False),
    "answers": lambda folder: save_code_model(folder, "answers"),
    "params": lambda folder: save_code_model(folder, "params", params_signature()),
    "columns": lambda folder: save_code_model(folder, "columns", columns_signature()),
    "free": lambda folder: save_code_model(folder, "columns"),
    "tensor": save_tensor_model,
    "chat": lambda folder: save_code_model(folder, "chat"),
    "agent": lambda folder: save_code_model(folder, "agent"),
    "hints": lambda folder: save_code_model(folder, "hints"),
    "faulty": lambda folder: save_code_model(folder, "faulty", faulty_signature()),
}


def unpacked(model: Path, folder: Path) -> Path:
    """The artifact of a saved model, as the service unpacks it."""
    version = ModelVersion(uri=str(model), pinned_uri=str(model))
    artifact = ScoreArtifactAssembler().assemble(FetchedModel(path=model, version=version), RUNTIME)
    with artifact.open() as stream, zipfile.ZipFile(stream) as archive:
        archive.extractall(folder)
    return folder


class Child:
    """A process in which ``score.py`` files run, started in a folder that is none of theirs."""

    def __init__(self, python: str, cwd: Path) -> None:
        self._log = (cwd / "log.txt").open("w+")
        self._process = subprocess.Popen(
            [python, str(HERE / "ask.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
            cwd=cwd,
        )  # fmt: skip

    def ask(self, folder: Path, bodies: list[Any]) -> list[dict[str, Any]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), "bodies": bodies}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        self._log.seek(0)
        assert line, self._log.read()[-3000:]
        answers: list[dict[str, Any]] = json.loads(line)
        return answers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._process.communicate()
        self._log.close()


@pytest.fixture(scope="session")
def artifact_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in made:
            saved = tmp_path_factory.mktemp("saved") / name
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # MLflow recommends much to who saves a model
                MODELS[name](saved)
            made[name] = unpacked(saved, tmp_path_factory.mktemp("artifact") / name)
        return made[name]

    return folder


@pytest.fixture(scope="session")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    with Child(sys.executable, tmp_path_factory.mktemp("cwd")) as process:
        yield process


@pytest.fixture
def ask(artifact_folder: Callable[[str], Path], child: Child) -> Ask:
    """Asks the ``score.py`` of a model in another process."""
    return lambda name, *bodies: child.ask(artifact_folder(name), list(bodies))
