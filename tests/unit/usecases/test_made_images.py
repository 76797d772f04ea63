"""Deployments whose container image is made from the model."""

from __future__ import annotations

import attrs
import pytest
from usecases_world import BASE, World, losing_answers

from oci_mlflow_core.errors import (
    ImageBuilderUnavailableError,
    InvalidRequestError,
    NoSuchImageBuilderError,
    RegistryRefusedError,
    UnavailableError,
)
from oci_mlflow_core.model.deployment import IMAGE_TAG, Deployment
from oci_mlflow_core.model.image import RECIPE_LABEL, ImagePlatform, ImageReference
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_core.testing.memory_image_registry import image_facts
from oci_mlflow_core.usecases.create_deployment import create_deployment, plan_create
from oci_mlflow_core.usecases.ports import ImagePorts, Ports
from oci_mlflow_core.usecases.update_deployment import plan_update, update_deployment

MADE = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: container
    spec:
      image:
        destination: iad.ocir.io/team/models
"""


def on(ports: Ports) -> ImagePorts:
    assert ports.images is not None
    return ports.images


def container(world: World, deployment: Deployment) -> ContainerRuntime:
    described = world.service.lifecycle.describe(deployment.id).container
    assert described is not None
    return described


def tag_of(world: World, deployment: Deployment) -> str:
    return str(container(world, deployment).image).rpartition(":")[2]


@pytest.fixture
def made(shared_world: World) -> Deployment:
    return create_deployment(shared_world.ports, shared_world.create(text=MADE))


def test_the_image_is_deployed_by_the_digest_that_the_registry_has(shared_world: World, made: Deployment) -> None:
    runs = container(shared_world, made)

    facts = shared_world.registry.inspect(ImageReference.parse(str(runs.image)), ImagePlatform.LINUX_AMD64)

    assert facts is not None
    assert runs.image_digest == facts.digest


def test_its_tag_is_the_models_name_and_the_beginning_of_the_recipes_digest(
    shared_world: World, made: Deployment
) -> None:
    runs = container(shared_world, made)
    facts = shared_world.registry.inspect(ImageReference.parse(str(runs.image)), ImagePlatform.LINUX_AMD64)

    assert facts is not None
    assert runs.image == f"iad.ocir.io/team/models:fraud-{facts.labels[RECIPE_LABEL][:12]}"


def test_it_answers_on_one_port_for_predictions_and_health(shared_world: World, made: Deployment) -> None:
    runs = container(shared_world, made)

    assert (runs.server_port, runs.health_check_port) == (8080, 8080)


def test_the_deployment_is_tagged_with_the_image_and_with_no_pack(shared_world: World, made: Deployment) -> None:
    assert made.freeform_tags[IMAGE_TAG] == container(shared_world, made).image
    assert made.pack_uri == ""


def test_how_it_was_made_does_not_reach_the_service(shared_world: World) -> None:
    text = f"{MADE}      builder: memory\n      imageBuilder: memory\n"

    deployment = create_deployment(shared_world.ports, shared_world.create(text=text))

    runs = container(shared_world, deployment)
    assert (runs.builder, runs.image_builder) == (None, None)


def test_the_plan_says_what_is_made_and_with_what(shared_world: World) -> None:
    plan = plan_create(shared_world.ports, shared_world.create(text=MADE))

    assert [step.title for step in plan.steps[:4]] == [
        "fetch the model",
        "lock the environment with memory",
        "make the image iad.ocir.io/team/models with memory (environment: memory) and push it",
        "register the model as 'fraud-1'",
    ]
    assert (shared_world.builder.locked, shared_world.image_builder.built) == (0, 0)


def test_the_image_is_told_layer_by_layer(shared_world: World, made: Deployment) -> None:
    runs = container(shared_world, made)

    assert (
        f"the image {runs.image}@{runs.image_digest} has 40.0 MB in 2 layers "
        "(layer: 40.0 MB; 2 packages: 2.0 kB); 40.0 MB were sent"
    ) in shared_world.progress.notes


def test_the_environment_is_checked_and_its_pack_is_in_the_cache(shared_world: World, made: Deployment) -> None:
    assert shared_world.builder.built == 1
    assert len(shared_world.ports.cache.list()) == 1


def test_a_second_image_of_the_environment_takes_the_pack_of_the_cache(shared_world: World, made: Deployment) -> None:
    text = MADE.replace("team/models", "team/others")

    other = create_deployment(shared_world.ports, shared_world.create(text=text, name="other"))

    assert (shared_world.builder.locked, shared_world.builder.built, shared_world.image_builder.built) == (1, 1, 2)
    assert tag_of(shared_world, other) == tag_of(shared_world, made)


def test_an_image_that_is_there_is_neither_built_nor_pushed(shared_world: World, made: Deployment) -> None:
    runs = container(shared_world, made)

    plan = plan_create(shared_world.ports, shared_world.create("models:/fraud/2", text=MADE, name="other"))

    assert plan.steps[1].title == f"use the image {runs.image}@{runs.image_digest}"
    assert plan.steps[1].reason == "an image of the same environment is there"


def test_a_new_model_version_with_the_same_environment_keeps_the_image(shared_world: World, made: Deployment) -> None:
    before = container(shared_world, made)

    after = update_deployment(shared_world.ports, shared_world.update("models:/fraud/2"))

    assert after.model_uri == "models:/fraud/2"
    assert container(shared_world, after) == before
    assert (shared_world.builder.built, shared_world.image_builder.built) == (1, 1)


def test_a_new_model_version_with_another_environment_gets_another_image(shared_world: World, made: Deployment) -> None:
    before = container(shared_world, made)

    after = update_deployment(shared_world.ports, shared_world.update("models:/fraud/3"))

    runs = container(shared_world, after)
    assert runs.image != before.image
    assert runs.image_digest != before.image_digest
    assert after.freeform_tags[IMAGE_TAG] == runs.image


def test_an_update_keeps_the_base_that_the_image_was_made_from(shared_world: World) -> None:
    base = image_facts("registry.example.com/base:1")
    shared_world.registry.put(base)
    text = f"{MADE}        base: registry.example.com/base:1\n"
    create_deployment(shared_world.ports, shared_world.create(text=text))

    after = update_deployment(shared_world.ports, shared_world.update("models:/fraud/3"))

    image = ImageReference.parse(str(container(shared_world, after).image))
    facts = shared_world.registry.inspect(image, ImagePlatform.LINUX_AMD64)
    assert facts is not None
    assert facts.layers[0] == base.layers[0]


def test_an_update_changes_nothing_where_the_file_asks_for_what_is_there(shared_world: World, made: Deployment) -> None:
    orders = shared_world.orders()

    update_deployment(shared_world.ports, shared_world.update(text=MADE))

    assert shared_world.orders() == orders


def test_an_update_to_an_image_of_the_users_gives_up_the_digest(shared_world: World, made: Deployment) -> None:
    other = {"spec.runtime.type": "container", "spec.runtime.spec.image": "iad.ocir.io/team/fraud:2"}

    after = update_deployment(shared_world.ports, shared_world.change(other))

    assert container(shared_world, after).image == "iad.ocir.io/team/fraud:2"
    assert container(shared_world, after).image_digest is None


def test_a_plan_of_an_update_names_the_image_that_is_there(shared_world: World, made: Deployment) -> None:
    runs = container(shared_world, made)

    plan = plan_update(shared_world.ports, shared_world.update("models:/fraud/2"))

    assert f"use the image {runs.image}@{runs.image_digest}" in [step.title for step in plan.steps]


def test_a_changed_port_gives_another_image(shared_world: World, made: Deployment) -> None:
    text = f"{MADE}      serverPort: 5001\n"

    other = create_deployment(shared_world.ports, shared_world.create(text=text, name="other"))

    assert tag_of(shared_world, other) != tag_of(shared_world, made)
    assert container(shared_world, other).health_check_port == 5001


def test_an_image_that_was_pushed_is_told_of_when_the_command_fails(shared_world: World) -> None:
    with pytest.raises(UnavailableError) as failure:
        create_deployment(losing_answers(shared_world, "models"), shared_world.create(text=MADE))

    (line,) = failure.value.leftovers
    assert line.startswith("image iad.ocir.io/team/models:fraud-")
    assert line.endswith(" (stays in its registry, where the next run finds it)")
    assert shared_world.nothing_is_left()


def test_a_base_that_is_not_there_stops_before_anything_is_made(shared_world: World) -> None:
    text = f"{MADE}        base: registry.example.com/none:1\n"

    with pytest.raises(InvalidRequestError) as fault:
        create_deployment(shared_world.ports, shared_world.create(text=text))

    assert str(fault.value) == "the base image registry.example.com/none:1 is not there for linux/amd64"
    assert fault.value.hint == "Name another one in spec.runtime.spec.image.base."


def test_a_base_without_curl_is_refused_before_the_environment_is_built(shared_world: World) -> None:
    shared_world.registry.put(image_facts(BASE, has_curl=False))

    with pytest.raises(InvalidRequestError, match="has no curl, by which the service asks containers"):
        create_deployment(shared_world.ports, shared_world.create(text=MADE))

    assert (shared_world.builder.built, shared_world.image_builder.built) == (0, 0)
    assert shared_world.nothing_is_left()


def test_a_tag_that_another_image_has_is_not_overwritten(shared_world: World, made: Deployment) -> None:
    runs = container(shared_world, made)
    shared_world.registry.put(image_facts(str(runs.image)))

    with pytest.raises(InvalidRequestError) as fault:
        create_deployment(shared_world.ports, shared_world.create(text=MADE, name="other"))

    digest = image_facts(str(runs.image)).digest
    assert str(fault.value) == f"another image has the tag that this one gets: {runs.image} ({digest})"
    assert fault.value.hint == "Give spec.runtime.spec.image another name or destination, or remove that image."


def test_a_registry_that_refuses_stops_before_anything_is_made(shared_world: World) -> None:
    shared_world.registry.away = RegistryRefusedError("iad.ocir.io refuses the login")

    with pytest.raises(RegistryRefusedError):
        create_deployment(shared_world.ports, shared_world.create(text=MADE))

    assert shared_world.nothing_is_left()


def test_a_platform_that_the_shape_does_not_run_is_refused(shared_world: World) -> None:
    text = f"{MADE}        platform: linux/arm64\n"

    with pytest.raises(InvalidRequestError) as fault:
        create_deployment(shared_world.ports, shared_world.create(text=text))

    assert str(fault.value) == (
        "deploy.yaml:9:19: spec.runtime.spec.image.platform: "
        "the image would be for linux/arm64, and the shape runs linux/amd64"
    )


def test_an_image_builder_that_is_not_installed_is_told(shared_world: World) -> None:
    with pytest.raises(NoSuchImageBuilderError) as fault:
        plan_create(shared_world.ports, shared_world.create(text=MADE, image_builder="memori"))

    assert str(fault.value) == "no image builder is called 'memori'"
    assert fault.value.hint == "did you mean 'memory'? Installed builders: memory."


def test_an_image_builder_that_cannot_be_used_is_told_with_its_reason(shared_world: World) -> None:
    images = on(shared_world.ports)
    (builder,) = images.builders
    broken = attrs.evolve(images, builders=(attrs.evolve(builder, unusable=lambda: "no engine answers"),))

    with pytest.raises(ImageBuilderUnavailableError) as fault:
        plan_create(attrs.evolve(shared_world.ports, images=broken), shared_world.create(text=MADE))

    assert str(fault.value) == (
        "no image builder here can make a container image for linux/amd64:\n  memory: no engine answers"
    )
