"""The docker builder keeps the promises of its port, in an image of the rig, whose conda is made of py-rattler."""

from __future__ import annotations

import pytest
from conda_builder_contract import CondaPackagesContract
from oci_mlflow_builders.docker.builder import DockerBuilder

from oci_mlflow_core.ports.env_builder import EnvBuilder


class TestDockerBuilder(CondaPackagesContract):
    @pytest.fixture
    def builder(self, engine: str, conda_image: str, environ: dict[str, str]) -> EnvBuilder:
        return DockerBuilder({**environ, "DOCKER_HOST": engine, "OCI_MLFLOW_BUILDER_IMAGE": conda_image})
