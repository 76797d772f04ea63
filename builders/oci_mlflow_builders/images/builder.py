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
    RunSettings,
    configuration_of,
    manifest_of,
    search_path,
)
from oci_mlflow_builders.images.environment_layers import environment_layers
from oci_mlflow_builders.images.layer_files import LayerFile
from oci_mlflow_builders.images.places import ENVIRONMENT, HOME, SERVER, USER
from oci_mlflow_builders.images.server_layer import server_layer
from oci_mlflow_builders.registry.pushing import Blob, push_blobs
from oci_mlflow_builders.registry.reading import read_image
from oci_mlflow_builders.registry.repository import Repository
from oci_mlflow_core.model.image import BuiltImage, ImageLayer
from oci_mlflow_core.ports.image_builder import ImageBuilder, ImageOrder
from oci_mlflow_core.ports.progress_sink import Step

#: Labels by which an image is known again.
LOCK_LABEL = "io.github.oci-mlflow-plugin.lock"
RECIPE_LABEL = "io.github.oci-mlflow-plugin.recipe"
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
        built = _found(order, destination)
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


def _found(order: ImageOrder, destination: Repository) -> BuiltImage | None:
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


@attrs.frozen
class _Pushing:
    _order: ImageOrder
    _base: Base
    _destination: Repository
    _workspace: Path

    def push(self, layers: list[LayerFile], step: Step) -> BuiltImage:
        configuration = configuration_of(self._base.image.configuration, layers, self._settings())
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

    def _settings(self) -> RunSettings:
        recipe, server = self._order.recipe, self._order.server
        return RunSettings(
            entrypoint=(f"{ENVIRONMENT}/bin/python", *server.command),
            environment={
                "PATH": search_path(self._base.image.configuration, f"{ENVIRONMENT}/bin"),
                "CONDA_PREFIX": ENVIRONMENT,
                # whoever runs it has no entry in /etc/passwd
                "HOME": HOME,
                "USER": "datascience",
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONUNBUFFERED": "1",
                **server.environment,
            },
            port=recipe.port,
            user=USER,
            folder=SERVER,
            labels={
                "org.opencontainers.image.title": "MLflow model server",
                "org.opencontainers.image.base.name": recipe.base.place,
                "org.opencontainers.image.base.digest": recipe.base.digest,
                LOCK_LABEL: recipe.lock_digest,
                RECIPE_LABEL: recipe.digest,
            },
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
