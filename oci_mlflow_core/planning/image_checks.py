"""Whether the service will run an image, from what its registry says of it; told before anything is created.

Source: "Bring Your Own Container" and "Limits", Data Science documentation, where nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.image import ImageFacts, ImagePlatform, ImageReference
from oci_mlflow_core.planning.region_keys import REGION_KEYS
from oci_mlflow_core.spec.runtime import ContainerRuntime

IMAGE_PATH = "spec.runtime.spec.image"
#: Bytes.
LARGEST_IMAGE = 16 * 1024**3
_GB = 1024**3
#: ``<region>.ocir.io`` or ``ocir.<region>.oci.<domain>``; the region may be a key.
_OCIR = re.compile(r"(?:(?P<short>[a-z0-9-]+)\.ocir\.io|ocir\.(?P<long>[a-z0-9-]+)\.oci\..+)")

ADD_CURL = (
    "Add it where the image is made: 'RUN microdnf install -y curl && microdnf clean all' on Oracle Linux, "
    "'RUN apt-get update && apt-get install -y --no-install-recommends curl' on Debian and Ubuntu."
)


@attrs.frozen(kw_only=True)
class WantedImage:
    """An image that a deployment is to run."""

    container: ContainerRuntime
    #: With its tag, its digest or both.
    reference: ImageReference
    #: Of the shape.
    platform: ImagePlatform
    #: None where it is not known.
    region: str | None
    #: Where the file says it, such as ``deploy.yaml:12:9``; empty for what the deployment has now.
    place: str = ""

    @classmethod
    def of(
        cls, container: ContainerRuntime, *, platform: ImagePlatform, region: str | None, place: str = ""
    ) -> WantedImage | None:
        """What the container says; None where it names no image.

        Raises:
            InvalidRequestError: It is no name of an image, or two digests do not agree.
        """
        if not isinstance(container.image, str):
            return None
        try:
            reference = ImageReference.parse(container.image)
        except ValueError as fault:
            raise InvalidRequestError(_said(place, str(fault))) from fault
        digest = container.image_digest or reference.digest
        if reference.digest not in {"", digest}:
            raise InvalidRequestError(
                _said(place, f"image names the digest {reference.digest}, and imageDigest is {digest}"),
                "Leave one of the two out.",
            )
        return cls(
            container=container,
            reference=attrs.evolve(reference, digest=digest),
            platform=platform,
            region=region,
            place=place,
        )

    def refused(self, what: str, hint: str) -> InvalidRequestError:
        """The error that the image cannot be used."""
        return InvalidRequestError(_said(self.place, f"the image {self.reference} {what}"), hint)


def check_image(wanted: WantedImage, facts: ImageFacts | None) -> None:
    """Looks at all that a registry says of the image.

    Raises:
        InvalidRequestError: The service would not run it.
    """
    if facts is None:
        raise wanted.refused(
            "is not in its registry", "Push it, or correct the name: <region>.ocir.io/<namespace>/<repository>:<tag>."
        )
    for check in _CHECKS:
        check(wanted, facts)


def check_tag(wanted: WantedImage, of_tag: ImageFacts | None, own_digest: str | None) -> None:
    """Looks whether the tag names the digest that is given with it.

    Args:
        wanted: With a tag and a digest.
        of_tag: What the tag names; None where there is no such tag.
        own_digest: That of the tag's image for the platform, where the tag names images for several.

    Raises:
        InvalidRequestError: It does not.
    """
    if of_tag is None:
        raise wanted.refused("has no such tag in its registry", "Push it under that tag, or correct the tag.")
    if wanted.reference.digest not in {of_tag.digest, own_digest}:
        raise wanted.refused(
            f"does not agree with its registry, where the tag names {of_tag.digest}",
            "Leave out the tag or the digest, or give the ones that belong together.",
        )


def check_curl(wanted: WantedImage, facts: ImageFacts | None) -> tuple[str, ...]:
    """Looks whether ``curl`` is in the image; returns notes.

    Raises:
        InvalidRequestError: It is not, or the image is gone.
    """
    if facts is None:
        raise wanted.refused("is not in its registry", "It was there a moment ago; push it again.")
    if facts.has_curl is False:
        raise wanted.refused("has no curl, by which the service asks containers for their health", ADD_CURL)
    if facts.has_curl is None:
        return (f"whether the image {wanted.reference} has curl, which the service needs, cannot be seen",)
    return ()


def check_base(base: ImageReference, facts: ImageFacts | None, platform: ImagePlatform) -> tuple[str, ...]:
    """Looks whether an image can be made from that base; returns notes.

    Raises:
        InvalidRequestError: It is not there, is for other machines, or has no ``curl``.
    """
    other = f"Name another one in {IMAGE_PATH}.base."
    if facts is None or facts.platform != platform.value:
        raise InvalidRequestError(f"the base image {base} is not there for {platform}", other)
    if facts.has_curl is False:
        raise InvalidRequestError(
            f"the base image {base} has no curl, by which the service asks containers for their health",
            f"{other} {ADD_CURL}",
        )
    if facts.has_curl is None:
        return (f"whether the base image {base} has curl, which the service needs, cannot be seen",)
    return ()


def notes_on(wanted: WantedImage, facts: ImageFacts) -> tuple[str, ...]:
    """What the user should know of an image that passed."""
    return (*_note_on_region(wanted), *_note_on_ports(wanted, facts))


def _check_platform(wanted: WantedImage, facts: ImageFacts) -> None:
    if facts.platform != wanted.platform.value:
        raise wanted.refused(
            f"is for {facts.platform}, and the shape runs {wanted.platform}",
            f"Make it with --platform {wanted.platform}, or take a shape for {facts.platform}.",
        )


def _check_size(wanted: WantedImage, facts: ImageFacts) -> None:
    if facts.size > LARGEST_IMAGE:
        raise wanted.refused(
            f"has {facts.size / _GB:.1f} GB, and the service takes images of up to {LARGEST_IMAGE // _GB} GB",
            "Leave out of the image what its server does not need; the model is in the artifact, not in the image.",
        )


def _check_command(wanted: WantedImage, facts: ImageFacts) -> None:
    if not (facts.cmd or facts.entrypoint or wanted.container.cmd or wanted.container.entrypoint):
        raise wanted.refused(
            "has neither CMD nor ENTRYPOINT, so that nothing would start",
            "Set spec.runtime.spec.cmd or spec.runtime.spec.entrypoint, or make the image with one.",
        )


_CHECKS: tuple[Callable[[WantedImage, ImageFacts], None], ...] = (_check_platform, _check_size, _check_command)


def _note_on_region(wanted: WantedImage) -> tuple[str, ...]:
    found = _OCIR.fullmatch(wanted.reference.registry)
    if found is None or wanted.region is None:
        return ()
    word = found["short"] or found["long"]
    region = REGION_KEYS.get(word, word)
    if region == wanted.region:
        return ()
    note = (
        f"the image is in the registry of {region} and the deployment in {wanted.region}, "
        f"so that it starts later, and not while {region} is away"
    )
    return (note,)


def _note_on_ports(wanted: WantedImage, facts: ImageFacts) -> tuple[str, ...]:
    port, exposed = wanted.container.server_port, facts.exposed_ports
    if port is None or not exposed or port in exposed:
        return ()
    return (f"the image exposes {', '.join(map(str, exposed))}, and serverPort is {port}",)


def _said(place: str, text: str) -> str:
    return f"{place}: {IMAGE_PATH}: {text}" if place else text
