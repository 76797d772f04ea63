"""A container deployment needs its image in the registry that stands for OCIR, under its tag and by its digest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from oci_twin.runtime.failing import CannotServe
from oci_twin.runtime.registry import Found, Registry
from rig.needed import lacking
from rig.registry import running as rig
from rig.registry.small_images import OCI, Pusher

_IMAGE = "iad.ocir.io/team/serving:1"
_OTHER = f"sha256:{'0' * 64}"


@pytest.fixture(scope="module")
def pusher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pusher]:
    reason = rig.missing()
    if reason is not None:
        lacking(reason)
    with rig.running(tmp_path_factory.mktemp("registry")) as running:
        yield Pusher(running, "team/serving", OCI)


@pytest.fixture
def registry(pusher: Pusher) -> Registry:
    known = pusher.registry
    return Registry(f"http://{known.user}:{known.password}@{known.address}")


def _refused(registry: Registry, image: str, digest: str | None = None, architecture: str = "amd64") -> str:
    with pytest.raises(CannotServe) as caught:
        registry.find(image, digest, architecture)
    return caught.value.reason


def test_an_image_is_found_by_its_tag_and_named_by_its_digest(registry: Registry, pusher: Pusher) -> None:
    digest = pusher.image("1", config={"Entrypoint": ["/serve"], "Cmd": ["--port", "1"]})

    found = registry.find(_IMAGE, None, "amd64")

    assert found == Found(f"{pusher.registry.address}/team/serving@{digest}", ("/serve",), ("--port", "1"))


def test_tag_and_digest_that_agree_are_the_image(registry: Registry, pusher: Pusher) -> None:
    digest = pusher.image("1", config={"Cmd": ["/serve"]})

    found = registry.find(_IMAGE, digest, "amd64")

    assert found.reference == f"{pusher.registry.address}/team/serving@{digest}"


def test_a_tag_that_is_not_there_is_not_accessible(registry: Registry) -> None:
    reason = _refused(registry, "iad.ocir.io/team/serving:none")

    assert reason == "image not accessible: iad.ocir.io/team/serving:none"


def test_a_digest_that_is_not_there_is_not_accessible(registry: Registry, pusher: Pusher) -> None:
    pusher.image("1", config={"Cmd": ["/serve"]})

    reason = _refused(registry, _IMAGE, _OTHER)

    assert reason == f"image not accessible: {_IMAGE}"


def test_a_digest_that_is_there_under_another_tag_disagrees(registry: Registry, pusher: Pusher) -> None:
    first = pusher.image("0", config={"Cmd": ["/old"]})
    second = pusher.image("1", config={"Cmd": ["/serve"]})

    reason = _refused(registry, _IMAGE, first)

    assert reason == f"image not accessible: {_IMAGE}: the tag means {second}, and imageDigest is {first}"


def test_a_wrong_password_finds_nothing(pusher: Pusher) -> None:
    pusher.image("1", config={"Cmd": ["/serve"]})
    registry = Registry(f"http://alice:wrong@{pusher.registry.address}")

    reason = _refused(registry, _IMAGE)

    assert reason == f"image not accessible: {_IMAGE}"


def test_a_registry_that_is_not_there_is_told_as_such() -> None:
    reason = _refused(Registry("http://127.0.0.1:9"), _IMAGE)

    assert reason == f"image not accessible: {_IMAGE}: the registry does not answer"


def test_an_image_for_other_machines_than_the_shapes_is_refused(registry: Registry, pusher: Pusher) -> None:
    pusher.image("1", architecture="arm64", config={"Cmd": ["/serve"]})

    reason = _refused(registry, _IMAGE)

    assert reason == f"the image {_IMAGE} is for arm64, and the deployment's shape for amd64"


def test_of_several_images_under_one_tag_the_one_of_the_shape_is_looked_at(registry: Registry, pusher: Pusher) -> None:
    digests = {one: pusher.image(one, architecture=one, config={"Cmd": [f"/{one}"]}) for one in ("amd64", "arm64")}
    both = pusher.index("1", digests)

    found = registry.find(_IMAGE, None, "arm64")

    assert found == Found(f"{pusher.registry.address}/team/serving@{both}", (), ("/arm64",))


def test_several_images_of_which_none_is_for_the_shape_are_refused(registry: Registry, pusher: Pusher) -> None:
    pusher.index("1", {"arm64": pusher.image("arm64", architecture="arm64", config={"Cmd": ["/serve"]})})

    reason = _refused(registry, _IMAGE)

    assert reason == f"the image {_IMAGE} is not for amd64, which the deployment's shape is"


def test_the_password_is_no_part_of_what_is_printed_of_a_registry(registry: Registry, pusher: Pusher) -> None:
    assert pusher.registry.password not in repr(registry)
