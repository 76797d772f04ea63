"""Work requests that fail, that stall, or that leave a deployment needing attention."""

from __future__ import annotations

from typing import Literal

from integration.oci.faults.commands import Command
from integration.oci.faults.play import error_of, judged
from integration.oci.faults.stage import Stage
from oci_twin.data_science.work_requests.outcomes import Outcome

Ending = Literal["fail", "stall", "needs_attention"]
#: The endings of each command's first order.
ENDINGS: dict[str, tuple[Ending, ...]] = {
    "create": ("fail", "stall", "needs_attention"),
    "update": ("fail", "stall", "needs_attention"),
    "delete": ("fail", "stall", "needs_attention"),
}
_ORDERS = {
    "create": "MODEL_DEPLOYMENT_CREATE",
    "update": "MODEL_DEPLOYMENT_UPDATE",
    "delete": "MODEL_DEPLOYMENT_DELETE",
}


def play_ending(stage: Stage, command: Command, ending: Ending) -> str:
    """What the command ended in, whose order ended so; what stalls goes on before the next command.

    Raises:
        AssertionError: It left something unsaid, or the same command does not mend it.
    """
    with stage.world(command.scene) as world:
        stage.twin.outcomes.add(Outcome(_ORDERS[command.title], ending, "It was scripted to end so."))
        error = error_of(world, command)
        stage.twin.outcomes.clear()
        stage.twin.outcomes.release()
        return judged(stage, world, command, error)
