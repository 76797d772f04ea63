"""An image of ``mlflow models build-docker`` deploys as the how-to page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Commands
from documentation_blocks import block
from e2e.images.conftest import Cloud
from rig.base_image.well_known import stand_in_for

_PAGE, _HEADING = "how-to/containers.md", "An image of `mlflow models build-docker`"
_FIRST, _SECOND = "mytenancy/cancer-mlflow:1", "mytenancy/cancer-mlflow:2"
_TAG = "cancer-mlflow"


def _build_first(cloud: Cloud, folder: Path) -> None:
    """MLflow's image of the first version, with what the page adds, pushed."""
    stand_in_for(f"python:{_python(cloud.commands)}-slim", cloud.engine)
    model = ("--model-uri", "models:/cancer/1", "--env-manager", "local")
    cloud.commands.run("mlflow", "models", "build-docker", *model, "--name", _TAG)
    (folder / "Dockerfile").write_text(block(_PAGE, _HEADING, "dockerfile"))
    cloud.build(f"iad.ocir.io/{_FIRST}", folder)
    cloud.push(f"iad.ocir.io/{_FIRST}", _FIRST)


def _build_second(cloud: Cloud, folder: Path) -> None:
    """The second version over the first one's image."""
    model = ("--artifact-uri", "models:/cancer/2", "--dst-path", str(folder / "model"))
    cloud.commands.run("mlflow", "artifacts", "download", *model)
    (folder / "Dockerfile").write_text(block(_PAGE, "Another version of the model", "dockerfile"))
    cloud.build(f"iad.ocir.io/{_SECOND}", folder)
    cloud.push(f"iad.ocir.io/{_SECOND}", _SECOND)


def _python(commands: Commands) -> str:
    """The version that the model was logged with, of which MLflow takes the image."""
    return commands.python("import platform; print(platform.python_version())").out.strip()


@pytest.mark.usefixtures("nothing_left")
def test_an_image_of_mlflow_is_deployed_through_its_own_route(cloud: Cloud, tmp_path: Path) -> None:
    _build_first(cloud, tmp_path)
    file = cloud.file(block(_PAGE, _HEADING, "yaml"))

    cloud.mlflow("create", "--name", "theirs", "-m", "models:/cancer/1", "--config", file)
    assert cloud.predict("theirs") == {"predictions": [0]}

    _build_second(cloud, tmp_path)
    second = f"spec.runtime.spec.image=iad.ocir.io/{_SECOND}"
    cloud.mlflow("update", "--name", "theirs", "-m", "models:/cancer/2", "-C", second)
    assert cloud.predict("theirs") == {"predictions": [1]}

    cloud.mlflow("delete", "--name", "theirs")
