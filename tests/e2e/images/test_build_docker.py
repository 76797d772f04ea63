"""An image of ``mlflow models build-docker`` deploys as the how-to page says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Commands
from documentation_blocks import block
from e2e.images.conftest import Cloud
from rig.base_image.well_known import stand_in_for

_PAGE, _HEADING = "how-to/containers.md", "An image of `mlflow models build-docker`"
_TAG = "cancer-mlflow"
_LOCAL = ("--env-manager", "local")


@pytest.fixture
def image(cloud: Cloud, tmp_path: Path) -> Callable[[str, str], str]:
    """Builds the image of a model as the page does and pushes it under a tag; the digest."""
    stand_in_for(f"python:{_python(cloud.commands)}-slim", cloud.engine)
    (tmp_path / "Dockerfile").write_text(block(_PAGE, _HEADING, "dockerfile"))

    def build(model: str, name: str) -> str:
        cloud.commands.run(
            "mlflow", "models", "build-docker", "--model-uri", model, "--name", _TAG, "--env-manager", "local"
        )
        cloud.build(f"{_TAG}-with-curl", tmp_path)
        return cloud.push(f"{_TAG}-with-curl", name)

    return build


def _python(commands: Commands) -> str:
    """The version that the model was logged with, of which MLflow takes the image."""
    return commands.python("import platform; print(platform.python_version())").out.strip()


@pytest.mark.usefixtures("nothing_left")
def test_an_image_of_mlflow_is_deployed_through_its_own_route(cloud: Cloud, image: Callable[[str, str], str]) -> None:
    image("models:/cancer/1", "mytenancy/cancer-mlflow:1")
    file = cloud.file(block(_PAGE, _HEADING, "yaml"))

    cloud.mlflow("create", "--name", "theirs", "-m", "models:/cancer/1", "--config", file)
    assert cloud.predict("theirs") == {"predictions": [0]}

    image("models:/cancer/2", "mytenancy/cancer-mlflow:2")
    second = "spec.runtime.spec.image=iad.ocir.io/mytenancy/cancer-mlflow:2"
    cloud.mlflow("update", "--name", "theirs", "-m", "models:/cancer/2", "-C", second)
    assert cloud.predict("theirs") == {"predictions": [1]}

    cloud.mlflow("delete", "--name", "theirs")
