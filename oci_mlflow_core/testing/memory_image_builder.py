"""A maker of container images whose registry is a mapping."""

from __future__ import annotations

import hashlib
from pathlib import Path

from oci_mlflow_core.errors import ImageBuildError
from oci_mlflow_core.model.image import (
    BASE_DIGEST_LABEL,
    BASE_LABEL,
    LOCK_LABEL,
    RECIPE_LABEL,
    BuiltImage,
    ImageFacts,
    ImageLayer,
    ImageRecipe,
)
from oci_mlflow_core.ports.image_builder import ImageBuilder, ImageOrder
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.testing.memory_image_registry import MemoryImageRegistry

_NAME = "memory"


class MemoryImageBuilder(ImageBuilder):
    """Puts what an image would say of itself into a registry."""

    def __init__(self, registry: MemoryImageRegistry) -> None:
        self.registry = registry
        #: How many images were made.
        self.built = 0

    def build(self, order: ImageOrder, workspace: Path, step: Step) -> BuiltImage:  # noqa: ARG002 - needs no room
        """Makes it unless it is there."""
        recipe = order.recipe
        facts = self.registry.inspect(order.destination, recipe.platform)
        sent = 0
        if facts is None or facts.labels.get(RECIPE_LABEL) != recipe.digest:
            base = self.registry.inspect(recipe.base, recipe.platform)
            if base is None:
                raise ImageBuildError(_NAME, f"the base image {recipe.base} is not there")
            order.environment()
            self.built += 1
            facts = _made(order, base)
            self.registry.put(facts)
            sent = facts.size
        step.done(str(facts.reference))
        return BuiltImage(
            reference=order.destination.pinned(facts.digest),
            platform=recipe.platform,
            layers=facts.layers,
            pushed_bytes=sent,
        )


def _made(order: ImageOrder, base: ImageFacts) -> ImageFacts:
    recipe = order.recipe
    own = ImageLayer(_digest(recipe.lock_digest), 1000 * order.lock.size, f"{order.lock.size} packages")
    return ImageFacts(
        reference=order.destination,
        digest=_digest(recipe.digest),
        platform=recipe.platform.value,
        layers=(*base.layers, own),
        entrypoint=("python", *order.server.command),
        labels=_labels(recipe),
        exposed_ports=(recipe.port,),
        has_curl=base.has_curl,
    )


def _labels(recipe: ImageRecipe) -> dict[str, str]:
    return {
        LOCK_LABEL: recipe.lock_digest,
        RECIPE_LABEL: recipe.digest,
        BASE_LABEL: recipe.base.place,
        BASE_DIGEST_LABEL: recipe.base.digest,
    }


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
