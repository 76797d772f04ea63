"""Deployments of images that users have: what their registries say of them."""

from __future__ import annotations

import attrs
import pytest
from deployment_files import CONTAINER
from usecases_world import World

from oci_mlflow_core.errors import InvalidRequestError, RegistryRefusedError, UnavailableError
from oci_mlflow_core.model.image import ImagePlatform
from oci_mlflow_core.testing.memory_image_registry import image_facts
from oci_mlflow_core.usecases.create_deployment import create_deployment, plan_create
from oci_mlflow_core.usecases.update_deployment import update_deployment

IMAGE = "iad.ocir.io/team/fraud:1"
PINNED = f"{CONTAINER}      imageDigest: {image_facts(IMAGE).digest}\n"


def test_the_plan_names_the_image_its_digest_and_size(shared_world: World) -> None:
    plan = plan_create(shared_world.ports, shared_world.create(text=CONTAINER))

    assert [(step.title, step.reason) for step in plan.steps[:2]] == [
        (f"look for curl in the image {IMAGE}", "the service asks containers for their health with curl"),
        (f"use the image {IMAGE}", f"{image_facts(IMAGE).digest}, 40.0 MB"),
    ]
    assert shared_world.registry.looks_inside == 0


def test_a_plan_is_refused_as_the_command_is(shared_world: World) -> None:
    text = CONTAINER.replace("fraud:1", "fraud:9")

    with pytest.raises(InvalidRequestError) as fault:
        plan_create(shared_world.ports, shared_world.create(text=text))

    assert str(fault.value) == (
        "deploy.yaml:7:14: spec.runtime.spec.image: the image iad.ocir.io/team/fraud:9 is not in its registry"
    )


def test_an_image_without_curl_stops_before_anything_is_made(shared_world: World) -> None:
    shared_world.registry.put(image_facts(IMAGE, has_curl=False))

    with pytest.raises(InvalidRequestError, match="has no curl, by which the service asks containers"):
        create_deployment(shared_world.ports, shared_world.create(text=CONTAINER))

    assert shared_world.nothing_is_left()
    assert shared_world.orders() == []


def test_an_image_for_other_machines_stops_before_anything_is_made(shared_world: World) -> None:
    shared_world.registry.put(image_facts(IMAGE, platform=ImagePlatform.LINUX_ARM64))

    with pytest.raises(InvalidRequestError, match="is for linux/arm64, and the shape runs linux/amd64"):
        create_deployment(shared_world.ports, shared_world.create(text=CONTAINER))

    assert shared_world.nothing_is_left()


def test_an_image_for_the_processors_of_the_shape_is_taken(shared_world: World) -> None:
    shared_world.registry.put(image_facts(IMAGE, platform=ImagePlatform.LINUX_ARM64))
    infrastructure = {
        "spec.infrastructure.spec.shapeName": "VM.Standard.A1.Flex",
        "spec.infrastructure.spec.shapeConfigDetails": {"ocpus": 1, "memoryInGBs": 6},
    }
    loaded = shared_world.loaded(CONTAINER, infrastructure)

    made = create_deployment(shared_world.ports, attrs.evolve(shared_world.create(), loaded=loaded))

    assert made.state.serves


def test_a_tag_and_a_digest_that_belong_together_are_taken(shared_world: World) -> None:
    made = create_deployment(shared_world.ports, shared_world.create(text=PINNED))

    assert made.state.serves


def test_a_tag_that_has_moved_on_is_refused(shared_world: World) -> None:
    digest = f"sha256:{'5' * 64}"
    shared_world.registry.put(attrs.evolve(image_facts(IMAGE), digest=digest))

    with pytest.raises(InvalidRequestError, match=f"does not agree with its registry, where the tag names {digest}"):
        create_deployment(shared_world.ports, shared_world.create(text=PINNED))


@pytest.mark.parametrize("obstacle", [RegistryRefusedError("no login"), UnavailableError("no answer")])
def test_a_registry_that_cannot_be_asked_from_here_is_told_in_a_note(
    shared_world: World, obstacle: RegistryRefusedError | UnavailableError
) -> None:
    shared_world.registry.away = obstacle

    made = create_deployment(shared_world.ports, shared_world.create(text=CONTAINER))

    assert made.state.serves
    assert f"the image {IMAGE} is not checked beforehand: {obstacle}" in shared_world.progress.notes


def test_an_update_to_another_image_looks_at_it_first(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create(text=CONTAINER))
    orders = shared_world.orders()

    with pytest.raises(InvalidRequestError, match=r"the image iad\.ocir\.io/team/fraud:9 is not in its registry"):
        update_deployment(shared_world.ports, shared_world.update(text=CONTAINER.replace("fraud:1", "fraud:9")))

    assert shared_world.orders() == orders


def test_an_update_to_another_image_looks_into_it(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create(text=CONTAINER))
    looks = shared_world.registry.looks_inside

    update_deployment(shared_world.ports, shared_world.update(text=CONTAINER.replace("fraud:1", "fraud:2")))

    assert shared_world.registry.looks_inside == looks + 1


def test_an_update_that_leaves_the_image_asks_no_registry(shared_world: World) -> None:
    create_deployment(shared_world.ports, shared_world.create(text=CONTAINER))
    looks = shared_world.registry.looks

    update_deployment(shared_world.ports, shared_world.change({"spec.description": "other"}))

    assert shared_world.registry.looks == looks
