"""Orders of images that are made from hand-made environments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import attrs
from made_prefixes import made_prefix
from rig.registry.running import Registry
from rig.registry.small_images import Pusher, layer_of

from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.model.image import ImagePlatform, ImageRecipe, ImageReference, ImageServer, ServerFile
from oci_mlflow_core.ports.image_builder import ImageOrder

PACKAGES: Mapping[str, tuple[str, int]] = {"big": ("1.0", 40_000), "small": ("1.0", 100)}
SERVER = ImageServer(
    files=(ServerFile(PurePosixPath("oci_mlflow_server/__main__.py"), b"print('serving')\n"),),
    command=("-m", "oci_mlflow_server"),
)


def pushed_base(registry: Registry, repository: str = "bases/small", *, architecture: str = "amd64") -> ImageReference:
    """A base with curl in the registry, pinned."""
    layers = [layer_of({"usr/bin/curl": b"curl"}), layer_of({"etc/os-release": b"ID=small\n"})]
    config = {"Env": ["PATH=/usr/bin", "LANG=C.UTF-8"], "Labels": {"vendor": "nobody"}, "Cmd": ["/bin/sh"]}
    digest = Pusher(registry, repository).image("1", layers, architecture=architecture, config=config)
    return ImageReference(registry.address, repository, "1", digest)


def ordered(
    registry: str,
    base: ImageReference,
    repository: str,
    prefix: Path,
    packages: Mapping[str, tuple[str, int]] = PACKAGES,
) -> ImageOrder:
    """An image of a hand-made environment, which is laid out in the new folder `prefix`."""
    built = made_prefix(prefix, packages)
    recipe = ImageRecipe(
        base=base,
        platform=ImagePlatform.LINUX_AMD64,
        lock_digest=built.lock.digest,
        server_digest="0" * 64,
        port=8080,
    )
    return ImageOrder(
        recipe=recipe,
        destination=ImageReference(registry, repository, recipe.tag("fraud")),
        environment=lambda: built,
        lock=built.lock,
        server=SERVER,
        request=EnvironmentRequest(python="3.11.7", pip=()),
    )


def at(order: ImageOrder, registry: str) -> ImageOrder:
    """The same order by another way to the registry."""
    return attrs.evolve(order, destination=attrs.evolve(order.destination, registry=registry))
