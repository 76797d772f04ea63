"""Images by the user's container engine, Docker or podman."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_builders.disk import space_on
from oci_mlflow_builders.docker.engine import Engine, connected
from oci_mlflow_builders.docker.registries import engine_login, engine_name
from oci_mlflow_builders.images.base import base_of
from oci_mlflow_builders.images.environment_layers import environment_layers
from oci_mlflow_builders.images.found import found_image
from oci_mlflow_builders.images.layer_files import LayerFile
from oci_mlflow_builders.images.run_settings import run_settings
from oci_mlflow_builders.images.server_layer import server_layer
from oci_mlflow_builders.images_docker.building import build
from oci_mlflow_builders.images_docker.context import lay_context
from oci_mlflow_builders.images_docker.dockerfile import dockerfile
from oci_mlflow_builders.images_docker.faults import NAME, told_as_image_errors
from oci_mlflow_builders.images_docker.pushing import Pushed, push
from oci_mlflow_builders.images_docker.settling import settle
from oci_mlflow_builders.registry.reading import ReadImage, read_image
from oci_mlflow_builders.registry.repository import Repository
from oci_mlflow_core.errors import DeploymentError, ImageBuildError
from oci_mlflow_core.model.image import BuiltImage, ImageLayer
from oci_mlflow_core.ports.image_builder import ImageBuilder, ImageOrder
from oci_mlflow_core.ports.progress_sink import Step

_MB = 1e6


class DockerImageBuilder(ImageBuilder):
    """Builds with the engine of `DOCKER_HOST` and lets it push; needs the extra ``docker``.

    Args:
        environ: Variables that rule it (``DOCKER_HOST``, logins, indexes of packages); by default the process's.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = dict(os.environ if environ is None else environ)

    def build(self, order: ImageOrder, workspace: Path, step: Step) -> BuiltImage:
        """Makes the image and pushes it; see `ImageBuilder`."""
        destination = Repository(order.destination.registry, order.destination.repository, self._environ)
        built = found_image(order, destination)
        if built is not None:
            step.done(f"{built.reference} is there already")
            return built
        with told_as_image_errors(), space_on(workspace, "making the image"), connected(self._environ) as engine:
            base = base_of(order.recipe, self._base_repository(order)).image
            self._provide_base(engine, order, step)
            layers = [
                *environment_layers(order.environment(), order.lock, workspace, step),
                server_layer(order, workspace, step),
            ]
            with self._made(engine, order, base.configuration, layers, workspace, step):
                name = engine_name(order.destination, self._environ)
                pushed = push(engine, name, order.destination, self._environ, step)
        built = _told(order, _read_back(order, destination, pushed), layers, pushed)
        step.done(f"{built.reference}, {built.size / _MB:.0f} MB, of which {built.pushed_bytes / _MB:.0f} MB were sent")
        return built

    def _base_repository(self, order: ImageOrder) -> Repository:
        return Repository(order.recipe.base.registry, order.recipe.base.repository, self._environ)

    def _provide_base(self, engine: Engine, order: ImageOrder, step: Step) -> None:
        base = order.recipe.base
        step.says(f"pulling the base image {base}")
        name = f"{engine_name(base, self._environ).place}@{base.digest}"
        refusal = engine.pull(name, order.recipe.platform.value, engine_login(base.registry, self._environ))
        if refusal is not None and not engine.image_is_there(name):
            raise ImageBuildError(NAME, f"the base image {base} could not be pulled: {refusal}")

    @contextmanager
    def _made(  # noqa: PLR0913, PLR0917 - an image and all that it is made from
        self,
        engine: Engine,
        order: ImageOrder,
        base: Mapping[str, Any],
        layers: list[LayerFile],
        workspace: Path,
        step: Step,
    ) -> Iterator[None]:
        """The image in the engine under its final name; a failure takes it away again, or tells of it."""
        run, context = run_settings(order, base), workspace / "context"
        building = f"oci-mlflow-building:{secrets.token_hex(8)}"
        tag = str(engine_name(order.destination, self._environ))
        lay_context(context, dockerfile(engine_name(order.recipe.base, self._environ), _names(layers), run), layers)
        named: list[str] = []
        try:
            build(engine, context, building, order.recipe.platform.value, self._environ, step)
            named.append(building)
            if not settle(engine, building, tag, base, layers, run):
                engine.tag(building, tag)
            named.append(tag)
            yield
        except BaseException as fault:
            left = [name for name in (building, tag) if not engine.forget(name) and name in named]
            if isinstance(fault, DeploymentError):
                told = (f"image {name} in the engine at {engine.host} (docker rmi {name})" for name in left)
                fault.leftovers = (*fault.leftovers, *told)
            raise
        engine.forget(building)


def _names(layers: list[LayerFile]) -> list[str]:
    return [layer.path.name for layer in layers]


def _read_back(order: ImageOrder, destination: Repository, pushed: Pushed) -> ReadImage:
    image = read_image(destination, pushed.digest, order.recipe.platform.value)
    if image is None:
        raise ImageBuildError(NAME, f"the registry does not have {order.destination} after the engine has pushed it")
    return image


def _told(order: ImageOrder, image: ReadImage, layers: list[LayerFile], pushed: Pushed) -> BuiltImage:
    diff_ids = [str(one).removeprefix("sha256:") for one in image.configuration["rootfs"]["diff_ids"]]
    base = len(diff_ids) - len(layers)
    said = ["base"] * base + [layer.layer.what for layer in layers]
    found = tuple(
        ImageLayer(layer["digest"], int(layer["size"]), what) for layer, what in zip(image.layers, said, strict=True)
    )
    sent = sum(layer.size for layer, diff_id in zip(found, diff_ids, strict=True) if diff_id[:12] in pushed.sent)
    return BuiltImage(
        reference=attrs.evolve(order.destination, digest=pushed.digest),
        platform=order.recipe.platform,
        layers=found,
        pushed_bytes=sent,
    )
