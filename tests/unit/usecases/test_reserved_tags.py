"""Tags that the file may not set."""

from __future__ import annotations

import pytest
from usecases_world import World

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.update_deployment import update_deployment

TAGGED = "kind: deployment\nspec:\n  freeformTags:\n    mlflow_model_uri: x\n"
REFUSAL = (
    "deploy.yaml:4:23: spec.freeformTags.mlflow_model_uri: this plugin keeps that tag itself, to know what is served"
)


def test_a_create_does_not_take_a_tag_that_says_what_is_served(world: World) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        create_deployment(world.ports, world.create(text=TAGGED))

    assert str(refusal.value) == REFUSAL
    assert world.nothing_is_left()


def test_an_update_does_not_take_it_either(world: World) -> None:
    create_deployment(world.ports, world.create())

    with pytest.raises(InvalidRequestError) as refusal:
        update_deployment(world.ports, world.update(text=TAGGED))

    assert str(refusal.value) == REFUSAL
