"""A registry of container images that is a mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import attrs

from oci_mlflow_core.errors import DeploymentError, RegistryRefusedError
from oci_mlflow_core.model.image import ImageFacts, ImageLayer, ImagePlatform, ImageReference
from oci_mlflow_core.ports.image_registry import ImageRegistry


class MemoryImageRegistry(ImageRegistry):
    """Images by name; every registry's in one.

    Args:
        images: Each is found by its tag and by its digest.
        refuses: Registries that let nobody in.
    """

    def __init__(self, images: Iterable[ImageFacts] = (), refuses: Iterable[str] = ()) -> None:
        self._refuses = frozenset(refuses)
        self._by_name: dict[str, ImageFacts] = {}
        #: How often an image was looked at, and with ``curl``.
        self.looks = 0
        self.looks_inside = 0
        #: Raised by every call, where it is given.
        self.away: DeploymentError | None = None
        for facts in images:
            self.put(facts)

    def put(self, facts: ImageFacts) -> None:
        """Keeps it under its tag and its digest."""
        self._by_name[str(facts.reference.tagged(facts.reference.tag))] = facts
        self._by_name[f"{facts.reference.place}@{facts.digest}"] = facts

    def inspect(self, reference: ImageReference, platform: ImagePlatform, *, curl: bool = False) -> ImageFacts | None:  # noqa: ARG002 - each name has one image
        """What was kept."""
        if self.away is not None:
            raise self.away
        if reference.registry in self._refuses:
            raise RegistryRefusedError(f"the registry {reference.registry} asks for a login, and none is known for it")
        self.looks += 1
        self.looks_inside += curl
        name = f"{reference.place}@{reference.digest}" if reference.digest else str(reference)
        facts = self._by_name.get(name)
        return attrs.evolve(facts, reference=reference, has_curl=facts.has_curl if curl else None) if facts else None

    def resolve(self, reference: ImageReference, platform: ImagePlatform) -> str | None:
        """The digest of what was kept, where it is for that platform."""
        facts = self.inspect(reference, platform)
        return facts.digest if facts and facts.platform == platform.value else None


def image_facts(
    name: str,
    *,
    platform: ImagePlatform = ImagePlatform.LINUX_AMD64,
    has_curl: bool = True,
    cmd: tuple[str, ...] = ("serve",),
    size: int = 40_000_000,
) -> ImageFacts:
    """An image of that name that a deployment can run, made up; its digest is that of its name."""
    layer = ImageLayer(_digest(f"layer of {name}"), size)
    reference = ImageReference.parse(name)
    return ImageFacts(
        reference=reference,
        digest=reference.digest or _digest(name),
        platform=platform.value,
        layers=(layer,),
        cmd=cmd,
        has_curl=has_curl,
    )


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
