"""Locking without deploying."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from usecases_world import World

from oci_mlflow_core.errors import InvalidRequestError, NoSuchBuilderError, UnsolvableEnvironmentError
from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.lock_environment import lock_environment
from oci_mlflow_core.usecases.requests import LockModel

CONTAINER = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: container
    spec:
      image: iad.ocir.io/team/fraud:1
"""
PUBLISHED = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri: oci://packs@team/by-hand
"""
SHAPE = """\
kind: deployment
spec:
  infrastructure:
    kind: infrastructure
    type: modelDeployment
    spec:
      shapeName: VM.Standard.A1.Flex
      shapeConfigDetails: {ocpus: 1, memoryInGBs: 6}
"""


def lock(world: World, uri: str = "models:/fraud/1", text: str = "", **options: Any) -> Lock:
    request = LockModel(model_uri=uri, loaded=world.loaded(text), options=CommandOptions(**options))
    return lock_environment(world.ports, request)


def test_the_packages_are_chosen_and_nothing_is_built_or_published(world: World) -> None:
    made = lock(world)

    assert [f"{each.name}=={each.version}" for each in made.pip] == ["mlflow==3.1.0", "rules==1.0"]
    assert (world.builder.locked, world.builder.built) == (1, 0)
    assert (world.packs.packs, world.packs.locks) == ({}, {})


def test_a_deployment_builds_from_what_was_locked(world: World) -> None:
    made = lock(world)

    create_deployment(world.ports, world.create())

    (pack,) = world.packs.packs.values()
    assert pack.lock == made
    assert world.builder.locked == 1


def test_what_was_locked_before_stays(world: World) -> None:
    first = lock(world)

    assert lock(world) == first
    assert world.builder.locked == 1
    assert "this environment was locked before; -C relock=true chooses its packages anew" in world.progress.notes


def test_relock_chooses_anew(world: World) -> None:
    lock(world)

    lock(world, relock=True)

    assert world.builder.locked == 2


def test_the_shape_decides_the_platform(world: World) -> None:
    assert str(lock(world, text=SHAPE).platform) == "linux-aarch64"


def test_a_lock_that_the_named_builder_cannot_build_from_does_not_count(world: World) -> None:
    lock(world)
    other = EnvBuilderDescriptor(name="other", summary="Another", builds="modules", factory=lambda: world.builder)
    ports = attrs.evolve(world.ports, builders=(*world.ports.builders, other))

    lock_environment(
        ports,
        LockModel(model_uri="models:/fraud/1", loaded=world.loaded(), options=CommandOptions(builder="other")),
    )

    assert world.builder.locked == 2


def test_a_builder_that_is_not_installed_is_told(world: World) -> None:
    with pytest.raises(NoSuchBuilderError):
        lock(world, builder="nobodys")


def test_requirements_that_cannot_be_met_are_told(world: World) -> None:
    facts, files = world.source.models["models:/fraud/1"]
    conda = facts.environment_files["conda.yaml"].replace("rules==1.0", "rules==9.0")
    world.source.models["models:/fraud/1"] = (attrs.evolve(facts, environment_files={"conda.yaml": conda}), files)

    with pytest.raises(UnsolvableEnvironmentError):
        lock(world)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            CONTAINER,
            "deploy.yaml:5:11: spec.runtime.type: a container brings its own environment, and there is nothing to lock",
        ),
        (
            PUBLISHED,
            "deploy.yaml:7:12: spec.runtime.spec.uri names a pack that is published, and there is nothing to lock",
        ),
    ],
)
def test_an_environment_that_is_not_built_is_not_locked(world: World, text: str, message: str) -> None:
    with pytest.raises(InvalidRequestError) as failure:
        lock(world, text=text)

    assert str(failure.value) == message
