"""An image that is in its registry already."""

from __future__ import annotations

from oci_mlflow_builders.registry.reading import read_image
from oci_mlflow_builders.registry.repository import Repository
from oci_mlflow_core.model.image import RECIPE_LABEL, BuiltImage, ImageLayer
from oci_mlflow_core.ports.image_builder import ImageOrder


def found_image(order: ImageOrder, destination: Repository) -> BuiltImage | None:
    """The image of the order's recipe under the tag that it is to get, or None where another or none is there.

    Raises:
        ServiceError: The registry does not say.
    """
    image = read_image(destination, order.destination.tag, order.recipe.platform.value)
    labels = (image.configuration.get("config") or {}).get("Labels") or {} if image else {}
    if image is None or labels.get(RECIPE_LABEL) != order.recipe.digest:
        return None
    history = [entry for entry in image.configuration.get("history") or [] if not entry.get("empty_layer")]
    said = [str(entry.get("comment") or "") for entry in history]
    return BuiltImage(
        reference=order.destination.pinned(image.digest),
        platform=order.recipe.platform,
        layers=tuple(
            ImageLayer(layer["digest"], int(layer["size"]), what)
            for layer, what in zip(image.layers, said, strict=False)
        ),
        pushed_bytes=0,
    )
