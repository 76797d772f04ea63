"""What tests that need a container engine ask for."""

from __future__ import annotations

import os

import pytest

from rig.engine.found import docker, this_machines_engine
from rig.needed import lacking

#: Names the image that environments are built in, where it is not `CONDA_IMAGE`.
IMAGE_VARIABLE = "OCI_MLFLOW_TEST_CONDA_IMAGE"
#: As ``python -m rig.base_image`` is told in CI.
CONDA_IMAGE = "oci-mlflow-rig/conda"


@pytest.fixture(scope="session")
def engine() -> str:
    """The `DOCKER_HOST` of an engine that answers."""
    host = this_machines_engine()
    if host is None:
        lacking("no container engine answers at DOCKER_HOST or the default socket")
    return host


@pytest.fixture(scope="session")
def conda_image(engine: str) -> str:
    """The name of an image in the engine with a program that takes conda's command line."""
    name = os.environ.get(IMAGE_VARIABLE) or CONDA_IMAGE
    if docker(engine, "image", "inspect", name).returncode != 0:
        lacking(f"the image {name} is not in the engine (PYTHONPATH=tests python -m rig.base_image {name})")
    return name
