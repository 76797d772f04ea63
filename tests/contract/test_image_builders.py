"""Every maker of images keeps the promises of its port."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from integration.images.orders import ordered, pushed_base
from oci_mlflow_builders.images.builder import LayersImageBuilder
from rig.needed import lacking
from rig.registry.running import Registry, missing, running
from rig.registry.small_images import Pusher

from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.ports.image_builder import ImageBuilder, ImageOrder
from oci_mlflow_core.testing.image_builder import ImageBuilderContract
from oci_mlflow_core.testing.memory_image_builder import MemoryImageBuilder
from oci_mlflow_core.testing.memory_image_registry import MemoryImageRegistry, image_facts

_BASE = ImageReference("iad.ocir.io", "bases/small", "", f"sha256:{64 * 'a'}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    absent = missing()
    if absent is not None:
        lacking(absent)
    with running(tmp_path_factory.mktemp("registry")) as found:
        yield found


class TestMemoryImageBuilder(ImageBuilderContract):
    @pytest.fixture
    def builder(self) -> ImageBuilder:
        return MemoryImageBuilder(MemoryImageRegistry([image_facts(str(_BASE))]))

    @pytest.fixture
    def order(self, tmp_path: Path) -> Callable[[str], ImageOrder]:
        return lambda repository: ordered("iad.ocir.io", _BASE, repository, tmp_path / repository)

    @pytest.fixture
    def tags(self, builder: MemoryImageBuilder) -> Callable[[ImageOrder], Sequence[str]]:
        def tags(order: ImageOrder) -> Sequence[str]:
            is_there = builder.registry.inspect(order.destination, order.recipe.platform) is not None
            return [order.destination.tag] if is_there else []

        return tags


class TestLayersImageBuilder(ImageBuilderContract):
    @pytest.fixture
    def builder(self, server: Registry, tmp_path: Path) -> ImageBuilder:
        return LayersImageBuilder(
            {
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
