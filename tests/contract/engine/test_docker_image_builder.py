from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from integration.images.orders import ordered, pushed_base
from oci_mlflow_builders.images_docker.builder import DockerImageBuilder
from rig.engine.found import docker
from rig.needed import lacking
from rig.registry.running import Registry, missing, running
from rig.registry.small_images import Pusher

from oci_mlflow_core.ports.image_builder import ImageBuilder, ImageOrder
from oci_mlflow_core.testing.image_builder import ImageBuilderContract


@pytest.fixture
def server(engine: str, tmp_path: Path) -> Iterator[Registry]:
    absent = missing()
    if absent is not None:
        lacking(absent)
    folder = tmp_path / "registry"
    folder.mkdir()
    with running(folder) as found:
        yield found
        listed = docker(engine, "images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
        for name in listed:
            if name.startswith(found.address):
                docker(engine, "rmi", "--force", name)


class TestDockerImageBuilder(ImageBuilderContract):
    @pytest.fixture
    def builder(self, engine: str, server: Registry, tmp_path: Path) -> ImageBuilder:
        return DockerImageBuilder(
            {
                "DOCKER_HOST": engine,
                "DOCKER_CONFIG": str(tmp_path),
                "OCI_MLFLOW_REGISTRY_USERNAME": server.user,
                "OCI_MLFLOW_REGISTRY_PASSWORD": server.password,
            }
        )

    @pytest.fixture
    def order(self, server: Registry, tmp_path: Path) -> Callable[[str], ImageOrder]:
        base = pushed_base(server)
        return lambda repository: ordered(server.address, base, repository, tmp_path / repository)

    @pytest.fixture
    def tags(self, server: Registry) -> Callable[[ImageOrder], Sequence[str]]:
        return lambda order: Pusher(server, order.destination.repository).tags()
