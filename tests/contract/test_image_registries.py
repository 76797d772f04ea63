"""Every image registry keeps the promises of its port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rig.needed import lacking
from rig.registry.running import Registry, missing, running
from rig.registry.small_images import Pusher, layer_of

from oci_mlflow_core.model.image import ImageFacts, ImageLayer, ImageReference
from oci_mlflow_core.ports.image_registry import ImageRegistry
from oci_mlflow_core.testing.image_registry import ImageRegistryContract
from oci_mlflow_core.testing.memory_image_registry import MemoryImageRegistry
from oci_mlflow_plugin.adapters.image_registry.registry import HttpImageRegistry

_SINGLE = ImageReference("iad.ocir.io", "ns/models", "1")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    absent = missing()
    if absent is not None:
        lacking(absent)
    with running(tmp_path_factory.mktemp("registry")) as found:
        yield found


class TestMemoryImageRegistry(ImageRegistryContract):
    @pytest.fixture
    def registry(self) -> ImageRegistry:
        digest = f"sha256:{64 * 'a'}"
        image = ImageFacts(
            reference=_SINGLE,
            digest=digest,
            platform="linux/amd64",
            layers=(ImageLayer(digest, 10),),
            cmd=("serve",),
            exposed_ports=(8080,),
            has_curl=True,
        )
        return MemoryImageRegistry([image], refuses=["closed.example"])

    @pytest.fixture
    def single(self) -> ImageReference:
        return _SINGLE

    @pytest.fixture
    def closed(self) -> ImageReference:
        return ImageReference("closed.example", "ns/models", "1")


class TestHttpImageRegistry(ImageRegistryContract):
    @pytest.fixture
    def registry(self, server: Registry, tmp_path: Path) -> ImageRegistry:
        return HttpImageRegistry(
            {
                "DOCKER_CONFIG": str(tmp_path),
                "OCI_MLFLOW_REGISTRY_USERNAME": server.user,
                "OCI_MLFLOW_REGISTRY_PASSWORD": server.password,
            }
        )

    @pytest.fixture
    def single(self, server: Registry) -> ImageReference:
        layers = [layer_of({"etc/os-release": b"ID=small\n"}), layer_of({"usr/bin/curl": 2000 * b"curl"})]
        config = {"Cmd": ["serve"], "ExposedPorts": {"8080/tcp": {}}}
        Pusher(server, "ns/models").image("1", layers, config=config)
        return ImageReference(server.address, "ns/models", "1")

    @pytest.fixture
    def closed(self, server: Registry, registry: HttpImageRegistry, tmp_path: Path) -> ImageReference:
        registry._environ = {"DOCKER_CONFIG": str(tmp_path)}
        return ImageReference(server.address, "ns/models", "1")
