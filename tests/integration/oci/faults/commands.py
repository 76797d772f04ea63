"""The commands that are disturbed, and what they come to when they are not."""

from __future__ import annotations

from collections.abc import Callable

import attrs
from integration.oci.faults.remains import Remains
from integration.oci.faults.stage import Scene, Stage
from integration.oci.faults.world import World


@attrs.frozen(kw_only=True)
class Command:
    """One command in one situation."""

    title: str
    run: Callable[[World], object]
    scene: Scene | None
    #: Before it.
    before: Remains
    #: After it, undisturbed.
    after: Remains
    #: Operations in the order of the calls of an undisturbed run.
    calls: tuple[str, ...]


def commands_on(stage: Stage) -> dict[str, Command]:
    """Every command, each after an undisturbed run."""
    made = _played(stage, "create", World.create, ())
    deleted = _played(stage, "delete", World.delete, (World.create,))
    again = _played(stage, "create with a published pack", World.create, (World.create, World.delete))
    changed = _played(stage, "update", World.update, (World.create,))
    return {each.title: each for each in (made, again, changed, deleted)}


def _played(
    stage: Stage, title: str, run: Callable[[World], object], first: tuple[Callable[[World], object], ...]
) -> Command:
    with stage.world(None) as world:
        for each in first:
            each(world)
        scene, before = stage.scene(world) if first else None, stage.remains(world)
        stage.twin.faults.forget_calls()
        run(world)
        calls = tuple(operation for _, operation, _ in stage.twin.faults.calls)
        return Command(title=title, run=run, scene=scene, before=before, after=stage.remains(world), calls=calls)
