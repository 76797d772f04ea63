"""A container runtime as it is deployed: the image, without how it is made."""

from __future__ import annotations

import attrs

from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.spec.runtime import ContainerRuntime

#: Port of the server in images that are made, where the file gives none.
SERVER_PORT = 8080


def served_container(container: ContainerRuntime) -> ContainerRuntime:
    """Without what says how an image is made; an image that is yet to be made is None."""
    return attrs.evolve(
        container,
        image=container.image if isinstance(container.image, str) else None,
        image_builder=None,
        builder=None,
        builder_image=None,
        channel_alias=None,
        glibc=None,
    )


def port_of(container: ContainerRuntime) -> int:
    """Where an image that is made answers."""
    return container.server_port or container.health_check_port or SERVER_PORT


def with_image(container: ContainerRuntime, image: ImageReference, port: int) -> ContainerRuntime:
    """The container with an image that was made, which answers on that port; its digest, where known, is pinned."""
    return attrs.evolve(
        container,
        image=str(attrs.evolve(image, digest="")),
        image_digest=image.digest or container.image_digest,
        image_signature_id=None,
        server_port=port,
        health_check_port=port,
    )
