"""What registries know of images."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from oci_mlflow_builders.registry.file_lists import has_program
from oci_mlflow_builders.registry.reading import ReadImage, read_image
from oci_mlflow_builders.registry.repository import Repository

from oci_mlflow_core.model.image import ImageFacts, ImageLayer, ImagePlatform, ImageReference
from oci_mlflow_core.ports.image_registry import ImageRegistry

#: What a name without a tag means to engines.
_USUAL_TAG = "latest"


class HttpImageRegistry(ImageRegistry):
    """Every registry that speaks the OCI distribution protocol.

    Args:
        environ: Where logins are found; by default the variables of the process.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = dict(os.environ if environ is None else environ)

    def inspect(self, reference: ImageReference, platform: ImagePlatform, *, curl: bool = False) -> ImageFacts | None:
        """What is known of the image; see `ImageRegistry`."""
        repository, image = self._read(reference, platform)
        if image is None:
            return None
        return _facts(reference, image, has_curl=has_program(repository, image, "curl") if curl else None)

    def resolve(self, reference: ImageReference, platform: ImagePlatform) -> str | None:
        """The digest of the image for the platform; see `ImageRegistry`."""
        _, image = self._read(reference, platform)
        return image.digest if image is not None and image.platform == platform.value else None

    def _read(self, reference: ImageReference, platform: ImagePlatform) -> tuple[Repository, ReadImage | None]:
        repository = Repository(reference.registry, reference.repository, self._environ)
        return repository, read_image(repository, reference.digest or reference.tag or _USUAL_TAG, platform.value)


def _facts(reference: ImageReference, image: ReadImage, *, has_curl: bool | None) -> ImageFacts:
    config = image.configuration.get("config") or {}
    return ImageFacts(
        reference=reference,
        digest=image.named_digest,
        platform=image.platform,
        layers=tuple(ImageLayer(layer["digest"], int(layer["size"])) for layer in image.layers),
        cmd=tuple(config.get("Cmd") or ()),
        entrypoint=tuple(config.get("Entrypoint") or ()),
        env={name: value for name, _, value in (str(entry).partition("=") for entry in config.get("Env") or ())},
        labels=dict(config.get("Labels") or {}),
        user=str(config.get("User") or ""),
        exposed_ports=tuple(_ports(config.get("ExposedPorts") or {})),
        has_curl=has_curl,
    )


def _ports(exposed: Mapping[str, Any]) -> list[int]:
    """Of ``8080/tcp`` and the like the numbers; ranges are of engines' command lines, not of images."""
    numbers = (name.partition("/")[0] for name in exposed)
    return sorted(int(number) for number in numbers if number.isdigit())
