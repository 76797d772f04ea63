"""The commands that are disturbed, and what they come to when they are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs
from integration.oci.faults.positions import Position, watched
from integration.oci.faults.remains import Remains
from integration.oci.faults.stage import Scene, Stage
from integration.oci.faults.world import World

Title = Literal["create", "create-published", "update", "update-deactivated", "delete"]
#: What each runs, and what ran before it.
_PLAYS: dict[Title, tuple[Callable[[World], object], tuple[Callable[[World], object], ...]]] = {
    "create": (World.create, ()),
    "create-published": (World.create_with_copy, (World.create, World.delete)),
    "update": (World.update, (World.create,)),
    "update-deactivated": (World.update_deactivated, (World.create,)),
    "delete": (World.delete, (World.create,)),
}
TITLES = tuple(_PLAYS)


@attrs.frozen(kw_only=True)
class Command:
    """One command in one situation."""

    title: Title
    run: Callable[[World], object]
    scene: Scene | None
    #: Before it.
    before: Remains
    #: After it, undisturbed.
    after: Remains
    #: The calls of an undisturbed run, those left out that repeat another.
    positions: tuple[Position, ...]
    #: What it orders, by the type of the work request.
    orders: tuple[str, ...]

    @property
    def operations(self) -> list[str]:
        """Of all its calls, in the order of the first of each."""
        return list(dict.fromkeys(position.operation for position in self.positions))


def command_on(stage: Stage, title: Title) -> Command:
    """The command, after an undisturbed run."""
    run, first = _PLAYS[title]
    with stage.world(None) as world:
        for each in first:
            each(world)
        scene, before = stage.scene(world) if first else None, stage.remains(world)
        begun = len(stage.orders())
        stage.twin.faults.forget_calls()
        with watched() as calls:
            run(world)
        assert calls.operations == [operation for _, operation, _ in stage.twin.faults.calls]
        return Command(
            title=title,
            run=run,
            scene=scene,
            before=before,
            after=stage.remains(world),
            positions=tuple(calls.positions()),
            orders=tuple(stage.orders()[begun:]),
        )
