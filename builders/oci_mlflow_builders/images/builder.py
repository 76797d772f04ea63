"""Images without an engine: layers made here, pushed by the registry's own protocol."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from oci_mlflow_builders.disk import space_on
from oci_mlflow_builders.images.base import Base, base_of
from oci_mlflow_builders.images.configuration import (
    MANIFEST,
    Document,
    configuration_of,
    manifest_of,
)
from oci_mlflow_builders.images.environment_layers import environment_layers
from oci_mlflow_builders.images.found import found_image
from oci_mlflow_builders.images.layer_files import LayerFile
from oci_mlflow_builders.images.run_settings import run_settings
from oci_mlflow_builders.images.server_layer import server_layer
from oci_mlflow_builders.registry.pushing import Blob, push_blobs
from oci_mlflow_builders.registry.repository import Repository
from oci_mlflow_core.model.image import BuiltImage
from oci_mlflow_core.ports.image_builder import ImageBuilder, ImageOrder
from oci_mlflow_core.ports.progress_sink import Step

_MB = 1e6


class LayersImageBuilder(ImageBuilder):
    """Writes the layers of an image as files and pushes those that the registry has not.

    Args:
        environ: Variables that rule it (logins, indexes of packages, proxies); by default those of the process.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = dict(os.environ if environ is None else environ)

    def build(self, order: ImageOrder, workspace: Path, step: Step) -> BuiltImage:
        """Makes the image and pushes it; see `ImageBuilder`."""
        destination = self._repository(order.destination.registry, order.destination.repository)
        built = found_image(order, destination)
        if built is not None:
            step.done(f"{built.reference} is there already")
            return built
        recipe = order.recipe
        base = base_of(recipe, self._repository(recipe.base.registry, recipe.base.repository))
        with space_on(workspace, "making the image"):
            environment = order.environment()
            layers = [
                *environment_layers(environment, order.lock, workspace, step),
                server_layer(order, workspace, step),
            ]
            built = _Pushing(order, base, destination, workspace).push(layers, step)
        step.done(f"{built.reference}, {built.size / _MB:.0f} MB, of which {built.pushed_bytes / _MB:.0f} MB were sent")
        return built

    def _repository(self, registry: str, name: str) -> Repository:
        return Repository(registry, name, self._environ)


@attrs.frozen
class _Pushing:
    _order: ImageOrder
    _base: Base
    _destination: Repository
    _workspace: Path

    def push(self, layers: list[LayerFile], step: Step) -> BuiltImage:
        settings = run_settings(self._order, self._base.image.configuration)
        configuration = configuration_of(self._base.image.configuration, layers, settings)
        manifest = manifest_of(self._base.image.layers, layers, configuration)
        step.says(f"pushing to {self._destination.registry}/{self._destination.name}")
        sent = push_blobs(
            self._destination,
            [
                *self._base.blobs_for(self._destination, self._workspace),
                *(Blob(digest=of.layer.digest, size=of.layer.size, file=_At(of.path)) for of in layers),
                self._written(configuration),
            ],
            step,
        )
        tag = self._order.destination.tag
        digest = self._destination.call(lambda to: to.put_manifest(tag, manifest.content, MANIFEST))
        return BuiltImage(
            reference=self._order.destination.pinned(digest),
            platform=self._order.recipe.platform,
            layers=(*self._base.layers, *(of.layer for of in layers)),
            pushed_bytes=sent + len(manifest.content),
        )

    def _written(self, document: Document) -> Blob:
        path = self._workspace / "configuration.json"
        path.write_bytes(document.content)
        return Blob(digest=document.digest, size=len(document.content), file=_At(path))


@attrs.frozen
class _At:
    _path: Path

    def __call__(self) -> Path:
        return self._path
