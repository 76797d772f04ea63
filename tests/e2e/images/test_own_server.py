"""The image of the how-to page, with nginx before ``mlflow models serve``, by the files that stand there.

It is what OCI's own documentation of the plugin describes, and is deployed with the template of that document.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from documentation_blocks import ROOT, block
from e2e.images.conftest import Cloud
from rig.base_image.well_known import stand_in_for

_FILES = ROOT / "docs" / "how-to" / "own-server"
_TEMPLATE = ROOT / "tests" / "corpus" / "reference" / "container-image.yaml"
_TAG = "oci-mlflow-rig/own-server"


@pytest.fixture(scope="module")
def image(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Builds the image of the page and pushes it under a tag; the digest, another one for every `edition`."""
    folder = tmp_path_factory.mktemp("own-server") / "context"
    shutil.copytree(_FILES, folder)
    download = ["--artifact-uri", "models:/cancer/1/requirements.txt", "--dst-path", str(folder)]
    cloud.commands.run("mlflow", "artifacts", "download", *download)
    base = stand_in_for("python:3.11-slim", cloud.engine)

    def build(name: str) -> str:
        with (folder / "Dockerfile").open("a") as dockerfile:
            dockerfile.write(f"LABEL oci-mlflow-plugin.rig={name}\n")
        cloud.build(_TAG, folder, BASE=base)
        return cloud.push(_TAG, name)

    return build


@pytest.mark.usefixtures("nothing_left")
def test_the_page_is_followed_from_create_to_delete(cloud: Cloud, image: Callable[[str], str]) -> None:
    image("mytenancy/cancer:1")
    file = cloud.file(block("how-to/own-server.md", "Build, push, deploy", "yaml"))

    cloud.mlflow("create", "--name", "own", "-m", "models:/cancer/1", "--config", file)
    assert cloud.predict("own") == {"predictions": [0]}

    cloud.mlflow("update", "--name", "own", "-m", "models:/cancer/2")
    assert cloud.predict("own") == {"predictions": [1]}

    image("mytenancy/cancer:2")
    cloud.mlflow("update", "--name", "own", "-C", "spec.runtime.spec.image=iad.ocir.io/mytenancy/cancer:2")
    assert cloud.environment("own").image == "iad.ocir.io/mytenancy/cancer:2"
    assert cloud.predict("own") == {"predictions": [1]}

    cloud.mlflow("delete", "--name", "own")


@pytest.mark.usefixtures("nothing_left")
def test_the_reference_documents_container_section_is_executed(cloud: Cloud, image: Callable[[str], str]) -> None:
    image("twin/cancer:1")
    file = cloud.file(cloud.twin.fill(Path(_TEMPLATE).read_text(), image="iad.ocir.io/twin/cancer:1"))

    cloud.mlflow("create", "--name", "boxed", "-m", "models:/cancer/1", "--config", file)

    environment = cloud.environment("boxed")
    assert cloud.predict("boxed") == {"predictions": [0]}
    assert (environment.image, environment.server_port) == ("iad.ocir.io/twin/cancer:1", 5001)
    cloud.mlflow("delete", "--name", "boxed")
