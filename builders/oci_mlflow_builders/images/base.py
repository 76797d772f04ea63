"""The image that a model's image is made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_builders.disk import space_on
from oci_mlflow_builders.images.places import NAME
from oci_mlflow_builders.registry.pushing import Blob
from oci_mlflow_builders.registry.reading import ReadImage, read_image
from oci_mlflow_builders.registry.repository import Repository
from oci_mlflow_core.errors import ImageBuildError
from oci_mlflow_core.model.image import ImageLayer, ImageRecipe

_HINT = "Name another one in spec.runtime.spec.image.base."


@attrs.frozen
class Base:
    """A base that can be built upon."""

    image: ReadImage
    repository: Repository

    def blobs_for(self, destination: Repository, folder: Path) -> list[Blob]:
        """Its layers, to be mounted where the destination is of the same registry, else to be fetched into `folder`."""
        same = self.repository.registry == destination.registry
        return [
            Blob(
                digest=layer["digest"],
                size=int(layer["size"]),
                file=_Fetching(self.repository, layer, folder),
                mount_from=self.repository.name if same and self.repository.name != destination.name else "",
            )
            for layer in self.image.layers
        ]

    @property
    def layers(self) -> tuple[ImageLayer, ...]:
        """As they are told to the user."""
        return tuple(ImageLayer(layer["digest"], int(layer["size"]), "base") for layer in self.image.layers)


def base_of(recipe: ImageRecipe, repository: Repository) -> Base:
    """The base of the recipe.

    Raises:
        ImageBuildError: It is not there, or is for other machines.
        ServiceError: Its registry does not give it.
    """
    image = read_image(repository, recipe.base.digest or recipe.base.tag, recipe.platform.value)
    if image is None:
        raise ImageBuildError(NAME, f"the base image {recipe.base} is not there", hint=_HINT)
    if image.platform != recipe.platform.value:
        raise ImageBuildError(
            NAME, f"the base image {recipe.base} is for {image.platform}, and {recipe.platform} is wanted", hint=_HINT
        )
    if any("urls" in layer for layer in image.layers):
        raise ImageBuildError(NAME, f"a layer of the base image {recipe.base} lies outside of registries", hint=_HINT)
    return Base(image, repository)


@attrs.frozen
class _Fetching:
    _repository: Repository
    _layer: Mapping[str, Any]
    _folder: Path

    def __call__(self) -> Path:
        digest = str(self._layer["digest"])
        to = self._folder / digest.replace(":", "-")
        with space_on(self._folder, "fetching the base image"):
            self._repository.call(lambda connection: _write(connection.download(digest), to))
        return to


def _write(pieces: Any, to: Path) -> None:  # noqa: ANN401 - of DXF
    with to.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
