"""The contract of the ImageBuilder port."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import pytest

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.model.image import BuiltImage
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile
from oci_mlflow_core.ports.image_builder import ImageBuilder, ImageOrder
from oci_mlflow_core.testing.progress_sink import RecordingStep


class ImageBuilderContract:
    """What every maker of images does. Fixtures: `builder`, `order`, `tags`."""

    @pytest.fixture
    @abstractmethod
    def builder(self) -> ImageBuilder:
        """The builder under test."""

    @pytest.fixture
    @abstractmethod
    def order(self) -> Callable[[str], ImageOrder]:
        """Gives orders of one and the same recipe into a repository of that name, which is empty."""

    @pytest.fixture
    @abstractmethod
    def tags(self) -> Callable[[ImageOrder], Sequence[str]]:
        """What tags the destination of an order has."""

    @pytest.fixture
    def build(self, builder: ImageBuilder, tmp_path: Path) -> Callable[[ImageOrder], BuiltImage]:
        """Builds in a new workspace."""

        def build(order: ImageOrder) -> BuiltImage:
            workspace = tmp_path / f"workspace-{len(list(tmp_path.glob('workspace-*')))}"
            workspace.mkdir()
            return builder.build(order, workspace, RecordingStep("image"))

        return build

    def test_1_equal_recipes_give_equal_images(
        self, build: Callable[[ImageOrder], BuiltImage], order: Callable[[str], ImageOrder]
    ) -> None:
        first = build(order("contract/one"))

        second = build(order("contract/two"))

        assert first.digest == second.digest
        assert [layer.digest for layer in first.layers] == [layer.digest for layer in second.layers]

    def test_2_an_image_that_is_there_is_neither_made_nor_sent(
        self, build: Callable[[ImageOrder], BuiltImage], order: Callable[[str], ImageOrder]
    ) -> None:
        wanted = order("contract/again")
        first = build(wanted)

        second = build(attrs.evolve(wanted, environment=_never))

        assert (second.digest, second.pushed_bytes) == (first.digest, 0)

    def test_3_the_tag_is_there_when_the_image_is(
        self,
        build: Callable[[ImageOrder], BuiltImage],
        order: Callable[[str], ImageOrder],
        tags: Callable[[ImageOrder], Sequence[str]],
    ) -> None:
        wanted = order("contract/tagged")

        built = build(wanted)

        assert list(tags(wanted)) == [wanted.destination.tag]
        assert built.reference == wanted.destination.pinned(built.digest)

    def test_3_a_failure_leaves_no_tag(
        self,
        build: Callable[[ImageOrder], BuiltImage],
        order: Callable[[str], ImageOrder],
        tags: Callable[[ImageOrder], Sequence[str]],
    ) -> None:
        failing = attrs.evolve(order("contract/failing"), environment=_failing)

        with pytest.raises(DeploymentError):
            build(failing)

        assert list(tags(failing)) == []


def _never() -> BuiltPrefix | PackFile:
    msg = "an environment was asked for that is not needed"
    raise AssertionError(msg)


def _failing() -> BuiltPrefix | PackFile:
    raise DeploymentError
