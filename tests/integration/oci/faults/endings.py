"""Work requests that fail, that stall, or that leave a deployment needing attention."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from integration.oci.faults.commands import Command
from integration.oci.faults.play import error_of, judged
from integration.oci.faults.stage import Stage
from oci_twin.data_science.work_requests.outcomes import ENDINGS, Ending, Outcome, Outcomes

__all__ = ["ENDINGS", "Ending", "play_ending"]


def play_ending(stage: Stage, command: Command, order: int, ending: Ending) -> str:
    """What the command ended in, whose order of that number ended so; what stalls goes on before the next command.

    Raises:
        AssertionError: It left something unsaid, or the same command does not mend it.
    """
    with stage.world(command.scene) as world:
        with _ends(stage.twin.outcomes, order, Outcome(command.orders[order], ending, "It was scripted to end so.")):
            error = error_of(world, command)
        stage.twin.outcomes.release()
        return judged(stage, world, command, error)


@contextmanager
def _ends(outcomes: Outcomes, order: int, outcome: Outcome) -> Iterator[None]:
    """The order of that number that is taken within the context ends so."""
    taken: list[str] = []

    def take(operation: str) -> Outcome | None:
        taken.append(operation)
        return outcome if len(taken) == order + 1 else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcomes, "take", take)
        yield
    assert len(taken) > order, f"only {taken} were ordered"
