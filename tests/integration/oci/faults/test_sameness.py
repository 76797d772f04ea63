"""What two worlds have to have in common so that the next command is played on one of them only."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from integration.oci.faults.matrix import Matrix
from integration.oci.faults.stage import Stage
from integration.oci.faults.world import FIRST, World


@pytest.fixture
def stage(matrix: Matrix) -> Stage:
    return attrs.evolve(matrix.stage, proven=set())


def after_create(stage: Stage, change: Callable[[World], object]) -> list[World]:
    """The worlds on which something ran that is run once for all that are the same, of two that differ by a change."""
    ran: list[World] = []
    for changed in (False, True):
        with stage.world(None) as world:
            world.create()
            if changed:
                change(world)
            stage.once("it", world, lambda _, here: ran.append(here))
    return ran


def test_two_worlds_of_the_same_command_are_the_same_although_all_names_are_others(stage: Stage) -> None:
    assert len(after_create(stage, lambda _: None)) == 1


def test_the_model_of_one_is_gone(stage: Stage) -> None:
    def change(_: World) -> None:
        (model,) = stage.twin.state.all("data_science_model")
        model["seen"]["lifecycleState"] = "DELETED"
        stage.twin.state.put("data_science_model", model["seen"]["id"], model)

    assert len(after_create(stage, change)) == 2


def test_an_object_of_one_has_other_bytes(stage: Stage) -> None:
    def change(_: World) -> None:
        blob = max(stage.twin.state.blobs.iterdir(), key=lambda path: path.stat().st_size)
        blob.write_bytes(b"!" + blob.read_bytes()[1:])

    assert len(after_create(stage, change)) == 2


def test_a_file_of_one_was_left_behind(stage: Stage) -> None:
    assert len(after_create(stage, lambda world: (world.folder / "left").write_text("it was"))) == 2


def test_the_registry_of_one_has_another_tag(stage: Stage) -> None:
    assert len(after_create(stage, lambda world: world.source.links[FIRST].update(more="a tag"))) == 2
