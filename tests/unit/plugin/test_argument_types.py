"""Arguments of a wrong type, from Python."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from mlflow.exceptions import MlflowException

from oci_mlflow_plugin import argument_types
from oci_mlflow_plugin.client import OciDataScienceDeploymentClient
from oci_mlflow_plugin.entry import run_local

_MODEL = "models:/x/1"
_NAME = "the name of the deployment must be text, got"
_URI = "the model URI must be text or the path of a model's folder, got"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OciDataScienceDeploymentClient:
    monkeypatch.setenv("OCI_MLFLOW_HOME", str(tmp_path))
    return OciDataScienceDeploymentClient("oci-datascience://local")


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("create_deployment", (None, _MODEL), f"{_NAME} None"),
        ("create_deployment", (5, _MODEL), f"{_NAME} 5"),
        ("create_deployment", (PurePosixPath("x"), _MODEL), f"{_NAME} PurePosixPath('x')"),
        ("create_deployment", ("x", None), f"{_URI} None"),
        ("create_deployment", ("x", 5), f"{_URI} 5"),
        ("create_deployment", ("x", _MODEL, None, "y"), "config must be a mapping of names to values, got 'y'"),
        ("create_deployment", ("x", _MODEL, None, {5: {}}), "the names in config must be text, got 5"),
        ("update_deployment", (None,), f"{_NAME} None"),
        ("update_deployment", ("x", 5), f"{_URI} 5"),
        ("update_deployment", ("x", None, None, ["y"]), "config must be a mapping of names to values, got ['y']"),
        ("get_deployment", (None,), f"{_NAME} None"),
        ("delete_deployment", (5,), f"{_NAME} 5"),
        ("delete_deployment", ("x", "y"), "config must be a mapping of names to values, got 'y'"),
        ("predict", (5, [[1]]), f"{_NAME} 5"),
        ("predict", ("x", [[1]], None, "y"), "params must be a mapping of names to values, got 'y'"),
    ],
)
def test_it_is_told_as_an_invalid_argument(
    client: OciDataScienceDeploymentClient, method: str, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(MlflowException) as caught:
        getattr(client, method)(*arguments)

    assert str(caught.value) == message
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_run_local_tells_it_too() -> None:
    with pytest.raises(MlflowException) as caught:
        run_local(5, _MODEL)

    assert str(caught.value) == f"{_NAME} 5"


def test_the_path_of_a_folder_is_a_model_uri() -> None:
    assert argument_types.model_uri(PurePosixPath("/models/fraud")) == "/models/fraud"
