"""The contract of the ImageRegistry port."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

from abc import abstractmethod

import pytest

from oci_mlflow_core.errors import RegistryRefusedError
from oci_mlflow_core.model.image import ImagePlatform, ImageReference
from oci_mlflow_core.ports.image_registry import ImageRegistry

_ABSENT = f"sha256:{64 * '0'}"


class ImageRegistryContract:
    """What every registry does. Fixtures: `registry`, `single`, `closed`."""

    @pytest.fixture
    @abstractmethod
    def registry(self) -> ImageRegistry:
        """The registry under test."""

    @pytest.fixture
    @abstractmethod
    def single(self) -> ImageReference:
        """The tag of an image for linux/amd64 alone, which has ``curl``, CMD ``serve`` and port 8080."""

    @pytest.fixture
    @abstractmethod
    def closed(self) -> ImageReference:
        """An image in a registry that lets nobody in."""

    def test_1_an_image_that_is_not_there_is_none(self, registry: ImageRegistry, single: ImageReference) -> None:
        absent = single.tagged("nothing-has-this-tag")

        assert registry.inspect(absent, ImagePlatform.LINUX_AMD64) is None
        assert registry.resolve(absent, ImagePlatform.LINUX_AMD64) is None

    def test_1_a_digest_that_is_not_there_is_none(self, registry: ImageRegistry, single: ImageReference) -> None:
        assert registry.inspect(single.pinned(_ABSENT), ImagePlatform.LINUX_AMD64) is None

    def test_1_whoever_is_not_let_in_is_told(self, registry: ImageRegistry, closed: ImageReference) -> None:
        with pytest.raises(RegistryRefusedError):
            registry.inspect(closed, ImagePlatform.LINUX_AMD64)

    def test_2_what_is_known_of_an_image(self, registry: ImageRegistry, single: ImageReference) -> None:
        facts = registry.inspect(single, ImagePlatform.LINUX_AMD64)

        assert facts is not None
        assert (facts.reference, facts.platform) == (single, "linux/amd64")
        assert (facts.cmd, facts.exposed_ports) == (("serve",), (8080,))
        assert facts.size == sum(layer.size for layer in facts.layers) > 0

    def test_2_its_digest_finds_the_same_image(self, registry: ImageRegistry, single: ImageReference) -> None:
        digest = registry.resolve(single, ImagePlatform.LINUX_AMD64)

        assert digest is not None
        pinned = registry.inspect(single.pinned(digest), ImagePlatform.LINUX_AMD64)
        assert pinned is not None
        assert pinned.digest == digest

    def test_2_an_image_for_another_platform_is_told_as_that(
        self, registry: ImageRegistry, single: ImageReference
    ) -> None:
        facts = registry.inspect(single, ImagePlatform.LINUX_ARM64)

        assert facts is not None
        assert facts.platform == "linux/amd64"
        assert registry.resolve(single, ImagePlatform.LINUX_ARM64) is None

    def test_2_curl_is_looked_for_when_that_is_asked(self, registry: ImageRegistry, single: ImageReference) -> None:
        asked = registry.inspect(single, ImagePlatform.LINUX_AMD64, curl=True)
        unasked = registry.inspect(single, ImagePlatform.LINUX_AMD64)

        assert asked is not None
        assert unasked is not None
        assert (asked.has_curl, unasked.has_curl) == (True, None)
