"""Which image builder makes an image."""

from __future__ import annotations

import pytest

from oci_mlflow_core.errors import ImageBuilderUnavailableError, NoSuchImageBuilderError
from oci_mlflow_core.hookspecs import ImageBuilderDescriptor
from oci_mlflow_core.model.image import ImagePlatform
from oci_mlflow_core.planning.image_builder_choice import choose_image_builder
from oci_mlflow_core.testing.memory_image_builder import MemoryImageBuilder
from oci_mlflow_core.testing.memory_image_registry import MemoryImageRegistry

AMD64, ARM64 = ImagePlatform.LINUX_AMD64, ImagePlatform.LINUX_ARM64


def factory() -> MemoryImageBuilder:
    return MemoryImageBuilder(MemoryImageRegistry())


def only_amd64(platform: ImagePlatform) -> str | None:
    return None if platform is AMD64 else f"it makes no images for {platform}"


LAYERS = ImageBuilderDescriptor(name="layers", summary="Writes layers", factory=factory, refuses=only_amd64, rank=10)
ENGINE = ImageBuilderDescriptor(name="docker", summary="Asks the engine", factory=factory, rank=50)
BROKEN = ImageBuilderDescriptor(
    name="docker", summary="Asks the engine", factory=factory, unusable=lambda: "no engine answers", rank=50
)


def test_the_lowest_rank_is_taken() -> None:
    choice = choose_image_builder([ENGINE, LAYERS], AMD64, None)

    assert (choice.descriptor.name, choice.reason) == ("layers", "writes layers")


def test_one_that_makes_no_such_images_is_passed_over_with_its_reason() -> None:
    choice = choose_image_builder([LAYERS, ENGINE], ARM64, None)

    assert (choice.descriptor.name, choice.reason) == ("docker", "not layers: it makes no images for linux/arm64")


def test_the_one_that_was_asked_for_is_taken() -> None:
    choice = choose_image_builder([LAYERS, ENGINE], AMD64, "docker")

    assert (choice.descriptor.name, choice.reason) == ("docker", "asked for")


def test_the_one_that_was_asked_for_is_not_replaced() -> None:
    with pytest.raises(ImageBuilderUnavailableError) as fault:
        choose_image_builder([LAYERS, BROKEN], AMD64, "docker")

    assert str(fault.value) == (
        "no image builder here can make a container image for linux/amd64:\n  docker: no engine answers"
    )


def test_every_reason_is_told_where_none_can() -> None:
    with pytest.raises(ImageBuilderUnavailableError) as fault:
        choose_image_builder([LAYERS, BROKEN], ARM64, None)

    assert fault.value.reasons == (
        ("layers", "it makes no images for linux/arm64"),
        ("docker", "no engine answers"),
    )
    assert fault.value.hint == (
        "Install one of the tools named above, or name an image that is in OCIR in spec.runtime.spec.image."
    )


def test_one_that_is_not_installed_is_told() -> None:
    with pytest.raises(NoSuchImageBuilderError) as fault:
        choose_image_builder([LAYERS, ENGINE], AMD64, "dokcer")

    assert str(fault.value) == "no image builder is called 'dokcer'"
    assert fault.value.hint == "did you mean 'docker'? Installed builders: layers, docker."
