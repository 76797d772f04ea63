from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_plugin.adapters.image_server.server.settings import Settings, read_settings


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "MLmodel").touch()
    return tmp_path


def test_what_is_not_told_has_a_default(model: Path) -> None:
    found = read_settings([], {"OCI_MLFLOW_SERVER_MODEL": str(model)})

    assert found == Settings((8080,), model, "0.0.0.0", None, None, apart=False)


def test_the_environment_is_read(model: Path) -> None:
    environ = {
        "OCI_MLFLOW_SERVER_MODEL": str(model),
        "OCI_MLFLOW_SERVER_PORT": "8081,8080",
        "OCI_MLFLOW_SERVER_THREADS": "5",
        "WEB_CONCURRENCY": " 3 ",
    }

    found = read_settings([], environ)

    assert (found.ports, found.workers, found.threads) == ((8080, 8081), 3, 5)


def test_the_command_line_wins(model: Path) -> None:
    environ = {"OCI_MLFLOW_SERVER_PORT": "8081", "OCI_MLFLOW_SERVER_MODEL": "/elsewhere"}

    found = read_settings(["--port", "5001", "--host", "::", "--model", str(model)], environ)

    assert (found.ports, found.host, found.model) == ((5001,), "::", model)


def test_the_only_model_in_a_folder_below_is_taken(tmp_path: Path) -> None:
    (tmp_path / "fraud").mkdir()
    (tmp_path / "fraud" / "MLmodel").touch()

    assert read_settings(["--model", str(tmp_path)], {}).model == tmp_path / "fraud"


def test_two_models_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "MLmodel").touch()

    with pytest.raises(ValueError) as caught:
        read_settings(["--model", str(tmp_path)], {})

    assert str(caught.value) == f"there is more than one model: {tmp_path}/a, {tmp_path}/b at {tmp_path}"
