"""The builders of this package, for the hooks; nothing is imported that choosing a builder does not need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oci_mlflow_builders.conda import refusals as conda
from oci_mlflow_builders.docker import refusals as docker
from oci_mlflow_builders.images import refusals as layers
from oci_mlflow_builders.rattler import refusals as rattler
from oci_mlflow_builders.uv import refusals as uv
from oci_mlflow_core.hookspecs import EnvBuilderDescriptor, ImageBuilderDescriptor, hookimpl

if TYPE_CHECKING:
    from oci_mlflow_core.model.environment import EnvironmentRequest
    from oci_mlflow_core.ports.env_builder import EnvBuilder
    from oci_mlflow_core.ports.image_builder import ImageBuilder

#: The default where its channels answer.
_RATTLER_RANK = 10
#: Taken before a builder that needs more than a wheel.
_UV_RANK = 50
#: Needs a program that is not ours, and builds for its own machine only.
_CONDA_RANK = 70
#: Needs an engine and an image, and takes longest.
_DOCKER_RANK = 90
#: Of makers of images: needs nothing that is not installed with this project.
_LAYERS_RANK = 10
#: Needs an engine.
_DOCKER_IMAGES_RANK = 50


@hookimpl
def oci_mlflow_register_env_builders() -> Iterable[EnvBuilderDescriptor]:
    """The builders 'rattler', 'uv', 'conda' and 'docker'."""
    return [*_of_wheels(), *_of_programs()]


def _of_wheels() -> Iterable[EnvBuilderDescriptor]:
    """Those whose tools come with the plugin."""
    return [
        EnvBuilderDescriptor(
            name=rattler.NAME,
            summary="Builds from conda channels and pip indexes for any Linux; needs no conda and no container",
            builds="conda packages and pip requirements",
            factory=_make_rattler,
            unusable=rattler.unusable,
            refuses=rattler.refuses,
            reaches=_channels_answer,
            builds_locks_of=("conda", "docker"),
            rank=_RATTLER_RANK,
        ),
        EnvBuilderDescriptor(
            name="uv",
            summary="Builds with uv from pip indexes alone; needs no conda and no container",
            builds="pip requirements",
            factory=_make_uv,
            unusable=uv.unusable,
            refuses=uv.refuses,
            rank=_UV_RANK,
        ),
    ]


def _of_programs() -> Iterable[EnvBuilderDescriptor]:
    """Those that need a program of this machine."""
    return [
        EnvBuilderDescriptor(
            name="conda",
            summary="Builds with the conda, mamba or micromamba of this machine",
            builds="conda packages and pip requirements",
            factory=_make_conda,
            unusable=conda.unusable,
            refuses=conda.refuses,
            reaches=_channels_answer,
            builds_locks_of=("docker", "rattler"),
            rank=_CONDA_RANK,
        ),
        EnvBuilderDescriptor(
            name="docker",
            summary="Builds in a container that resembles the service, with the conda of its image",
            builds="conda packages and pip requirements",
            factory=_make_docker,
            unusable=docker.unusable,
            refuses=docker.refuses,
            reaches=_channels_answer,
            builds_locks_of=("conda", "rattler"),
            rank=_DOCKER_RANK,
        ),
    ]


@hookimpl
def oci_mlflow_register_image_builders() -> Iterable[ImageBuilderDescriptor]:
    """The makers of images 'layers' and 'docker'."""
    return [
        ImageBuilderDescriptor(
            name="layers",
            summary="Writes the layers of an image and pushes them to a registry; needs no engine",
            factory=_make_layers,
            unusable=layers.unusable,
            rank=_LAYERS_RANK,
        ),
        ImageBuilderDescriptor(
            name="docker",
            summary="Builds the image with the container engine of this machine, which also pushes it",
            factory=_make_docker_images,
            unusable=docker.unusable,
            rank=_DOCKER_IMAGES_RANK,
        ),
    ]


def _make_layers() -> ImageBuilder:
    from oci_mlflow_builders.images.builder import LayersImageBuilder  # noqa: PLC0415 - only when it is chosen

    return LayersImageBuilder()


def _make_docker_images() -> ImageBuilder:
    from oci_mlflow_builders.images_docker.builder import DockerImageBuilder  # noqa: PLC0415 - only when it is chosen

    return DockerImageBuilder()


def _make_rattler() -> EnvBuilder:
    from oci_mlflow_builders.rattler.builder import RattlerBuilder  # noqa: PLC0415 - only when it is chosen

    return RattlerBuilder()


def _make_conda() -> EnvBuilder:
    from oci_mlflow_builders.conda.builder import CondaBuilder  # noqa: PLC0415 - only when it is chosen

    return CondaBuilder()


def _make_docker() -> EnvBuilder:
    from oci_mlflow_builders.docker.builder import DockerBuilder  # noqa: PLC0415 - only when it is chosen

    return DockerBuilder()


def _make_uv() -> EnvBuilder:
    from oci_mlflow_builders.uv.builder import UvBuilder  # noqa: PLC0415 - only when it is chosen

    return UvBuilder()


def _channels_answer(request: EnvironmentRequest) -> str | None:
    from oci_mlflow_builders.rattler.reaching import reaches  # noqa: PLC0415 - only when it would be chosen

    return reaches(request)
