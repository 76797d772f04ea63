"""Servers of models that do as they are told."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from integration.image_server.serving import Served, image_server

_MODELS = Path(__file__).parent / "models"


def _saved(folder: Path, name: str) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow recommends much to who saves a model
        mlflow.pyfunc.save_model(folder, python_model=str(_MODELS / f"{name}.py"), pip_requirements=["mlflow"])
    return folder


@pytest.fixture(scope="session")
def moody(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = _saved(tmp_path_factory.mktemp("saved") / "moody", "moody")
    (folder / "serving_input_example.json").write_text('{"inputs": ["example"]}')
    return folder


@pytest.fixture(scope="module")
def served(moody: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "well").touch()
    with image_server(moody, folder, {"MOODY_FOLDER": str(folder), "WEB_CONCURRENCY": "2"}) as made:
        made.wait_for(lambda: len(made.workers()) == 2)
        yield made


@pytest.fixture(scope="module")
def streaming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    model = _saved(tmp_path_factory.mktemp("saved") / "streaming", "streaming")
    with image_server(model, tmp_path_factory.mktemp("served")) as made:
        yield made
