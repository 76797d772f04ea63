"""What is said of an image before it is deployed."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.image import ImageFacts, ImageLayer, ImagePlatform, ImageReference
from oci_mlflow_core.planning.image_checks import (
    ADD_CURL,
    WantedImage,
    check_base,
    check_curl,
    check_image,
    check_tag,
    notes_on,
)
from oci_mlflow_core.spec.runtime import ContainerRuntime

IMAGE = "iad.ocir.io/team/fraud:1"
DIGEST, OTHER = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
FACTS = ImageFacts(
    reference=ImageReference.parse(IMAGE),
    digest=DIGEST,
    platform="linux/amd64",
    layers=(ImageLayer(OTHER, 1000),),
    entrypoint=("/serve",),
    has_curl=True,
)
BASE = ImageReference.parse("registry.example.com/base:1").pinned(DIGEST)


def wanted(image: str = IMAGE, *, region: str | None = "us-ashburn-1", place: str = "", **more: object) -> WantedImage:
    container = ContainerRuntime(image=image, **more)  # type: ignore[arg-type]
    found = WantedImage.of(container, platform=ImagePlatform.LINUX_AMD64, region=region, place=place)
    assert found is not None
    return found


def refusal(facts: ImageFacts | None, image: WantedImage | None = None) -> tuple[str, str]:
    with pytest.raises(InvalidRequestError) as fault:
        check_image(image or wanted(), facts)
    return str(fault.value), fault.value.hint


def test_an_image_that_the_service_runs_passes() -> None:
    check_image(wanted(), FACTS)

    assert check_curl(wanted(), FACTS) == ()
    assert notes_on(wanted(), FACTS) == ()


def test_a_container_without_an_image_wants_none() -> None:
    assert WantedImage.of(ContainerRuntime(), platform=ImagePlatform.LINUX_AMD64, region=None) is None


def test_an_image_that_is_not_there_is_refused() -> None:
    assert refusal(None) == (
        f"the image {IMAGE} is not in its registry",
        "Push it, or correct the name: <region>.ocir.io/<namespace>/<repository>:<tag>.",
    )


def test_the_place_in_the_file_is_named() -> None:
    said, _ = refusal(None, wanted(place="deploy.yaml:7:14"))

    assert said == f"deploy.yaml:7:14: spec.runtime.spec.image: the image {IMAGE} is not in its registry"


def test_an_image_for_other_machines_is_refused() -> None:
    assert refusal(attrs.evolve(FACTS, platform="linux/arm64")) == (
        f"the image {IMAGE} is for linux/arm64, and the shape runs linux/amd64",
        "Make it with --platform linux/amd64, or take a shape for linux/arm64.",
    )


def test_an_image_above_16_gb_is_refused() -> None:
    layers = (ImageLayer(DIGEST, 16 * 1024**3), ImageLayer(OTHER, 1024**3))

    assert refusal(attrs.evolve(FACTS, layers=layers)) == (
        f"the image {IMAGE} has 17.0 GB, and the service takes images of up to 16 GB",
        "Leave out of the image what its server does not need; the model is in the artifact, not in the image.",
    )


def test_an_image_of_16_gb_passes() -> None:
    check_image(wanted(), attrs.evolve(FACTS, layers=(ImageLayer(DIGEST, 16 * 1024**3),)))


def test_an_image_that_starts_nothing_is_refused() -> None:
    assert refusal(attrs.evolve(FACTS, entrypoint=())) == (
        f"the image {IMAGE} has neither CMD nor ENTRYPOINT, so that nothing would start",
        "Set spec.runtime.spec.cmd or spec.runtime.spec.entrypoint, or make the image with one.",
    )


@pytest.mark.parametrize("given", [{"cmd": ("serve",)}, {"entrypoint": ("/serve",)}])
def test_the_file_may_say_what_is_started(given: dict[str, Any]) -> None:
    check_image(wanted(**given), attrs.evolve(FACTS, entrypoint=()))


@pytest.mark.parametrize("given", [{"cmd": ("serve",)}, {"entrypoint": ("/serve",)}])
def test_the_image_may_say_what_is_started(given: dict[str, Any]) -> None:
    check_image(wanted(), attrs.evolve(attrs.evolve(FACTS, entrypoint=()), **given))


def test_two_digests_that_differ_are_refused() -> None:
    with pytest.raises(InvalidRequestError) as fault:
        wanted(f"{IMAGE}@{DIGEST}", image_digest=OTHER)

    assert str(fault.value) == f"image names the digest {DIGEST}, and imageDigest is {OTHER}"
    assert fault.value.hint == "Leave one of the two out."


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidRequestError) as fault:
        wanted("iad.ocir.io/team/Fraud")

    assert str(fault.value) == (
        "'iad.ocir.io/team/Fraud' is not the name of an image: "
        "'Fraud' is not lower-case letters and digits with '.', '_' or '-' between them"
    )


def test_a_tag_that_names_the_digest_passes() -> None:
    check_tag(wanted(image_digest=DIGEST), FACTS, None)


def test_a_tag_whose_image_for_the_platform_has_the_digest_passes() -> None:
    check_tag(wanted(image_digest=OTHER), FACTS, OTHER)


def test_a_tag_that_names_another_digest_is_refused() -> None:
    with pytest.raises(InvalidRequestError) as fault:
        check_tag(wanted(image_digest=OTHER), FACTS, DIGEST)

    assert str(fault.value) == (
        f"the image {IMAGE}@{OTHER} does not agree with its registry, where the tag names {DIGEST}"
    )
    assert fault.value.hint == "Leave out the tag or the digest, or give the ones that belong together."


def test_a_tag_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidRequestError) as fault:
        check_tag(wanted(image_digest=DIGEST), None, None)

    assert str(fault.value) == f"the image {IMAGE}@{DIGEST} has no such tag in its registry"
    assert fault.value.hint == "Push it under that tag, or correct the tag."


def test_an_image_without_curl_is_refused_with_the_line_that_adds_it() -> None:
    with pytest.raises(InvalidRequestError) as fault:
        check_curl(wanted(), attrs.evolve(FACTS, has_curl=False))

    assert str(fault.value) == f"the image {IMAGE} has no curl, by which the service asks containers for their health"
    assert fault.value.hint == ADD_CURL


def test_curl_that_cannot_be_seen_is_told_in_a_note() -> None:
    assert check_curl(wanted(), attrs.evolve(FACTS, has_curl=None)) == (
        f"whether the image {IMAGE} has curl, which the service needs, cannot be seen",
    )


def test_an_image_that_has_gone_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="is not in its registry"):
        check_curl(wanted(), None)


def test_a_base_with_curl_passes() -> None:
    assert check_base(BASE, FACTS, ImagePlatform.LINUX_AMD64) == ()


@pytest.mark.parametrize("facts", [None, attrs.evolve(FACTS, platform="linux/arm64")], ids=["gone", "of others"])
def test_a_base_that_is_not_there_for_the_platform_is_refused(facts: ImageFacts | None) -> None:
    with pytest.raises(InvalidRequestError) as fault:
        check_base(BASE, facts, ImagePlatform.LINUX_AMD64)

    assert str(fault.value) == f"the base image {BASE} is not there for linux/amd64"
    assert fault.value.hint == "Name another one in spec.runtime.spec.image.base."


def test_a_base_without_curl_is_refused() -> None:
    with pytest.raises(InvalidRequestError) as fault:
        check_base(BASE, attrs.evolve(FACTS, has_curl=False), ImagePlatform.LINUX_AMD64)

    assert str(fault.value) == (
        f"the base image {BASE} has no curl, by which the service asks containers for their health"
    )
    assert fault.value.hint == f"Name another one in spec.runtime.spec.image.base. {ADD_CURL}"


def test_a_base_that_cannot_be_looked_into_is_told_in_a_note() -> None:
    assert check_base(BASE, attrs.evolve(FACTS, has_curl=None), ImagePlatform.LINUX_AMD64) == (
        f"whether the base image {BASE} has curl, which the service needs, cannot be seen",
    )


@pytest.mark.parametrize(
    "image",
    [
        "fra.ocir.io/team/fraud:1",
        "eu-frankfurt-1.ocir.io/team/fraud:1",
        "ocir.eu-frankfurt-1.oci.oraclecloud.com/a/b:1",
    ],
)
def test_a_registry_of_another_region_is_told(image: str) -> None:
    (note,) = notes_on(wanted(image), FACTS)

    assert note == (
        "the image is in the registry of eu-frankfurt-1 and the deployment in us-ashburn-1, "
        "so that it starts later, and not while eu-frankfurt-1 is away"
    )


@pytest.mark.parametrize("image", [IMAGE, "us-ashburn-1.ocir.io/team/fraud:1", "registry.example.com/team/fraud:1"])
def test_a_registry_of_the_same_region_or_of_none_is_not_told(image: str) -> None:
    assert notes_on(wanted(image), FACTS) == ()


def test_a_region_that_is_not_known_is_compared_with_nothing() -> None:
    assert notes_on(wanted("fra.ocir.io/team/fraud:1", region=None), FACTS) == ()


def test_a_port_that_the_image_does_not_expose_is_told() -> None:
    facts = attrs.evolve(FACTS, exposed_ports=(5001, 5002))

    assert notes_on(wanted(server_port=8080), facts) == ("the image exposes 5001, 5002, and serverPort is 8080",)


def test_a_port_that_the_image_exposes_is_not_told() -> None:
    assert notes_on(wanted(server_port=5001), attrs.evolve(FACTS, exposed_ports=(5001,))) == ()
