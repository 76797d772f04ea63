"""How the next work request of a type ends, when a test says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import attrs

Ending = Literal["fail", "stall", "needs_attention"]
ENDINGS: tuple[Ending, ...] = ("fail", "stall", "needs_attention")


@attrs.frozen
class Outcome:
    """The end of one work request that is still to come."""

    operation: str
    ending: Ending
    message: str
    logs: tuple[str, ...] = ()


class Outcomes:
    """The script of endings; each befalls one work request, in the order of the script."""

    def __init__(self) -> None:
        self._script: list[Outcome] = []
        self._released = False

    def fail_next(
        self,
        operation: str,
        message: str = "Errors occurred while bootstrapping the Model Deployment.",
        logs: Sequence[str] = (),
    ) -> None:
        """Lets the next work request of that type, such as ``MODEL_DEPLOYMENT_CREATE``, fail."""
        self._script.append(Outcome(operation, "fail", message, tuple(logs)))

    def stall_next(self, operation: str) -> None:
        """Lets the next work request of that type stay IN_PROGRESS until it is released."""
        self._script.append(Outcome(operation, "stall", ""))

    def needs_attention_next(
        self, operation: str, message: str = "The model deployment needs attention.", logs: Sequence[str] = ()
    ) -> None:
        """Lets the next work request of that type fail and leave its deployment in NEEDS_ATTENTION."""
        self._script.append(Outcome(operation, "needs_attention", message, tuple(logs)))

    def add(self, outcome: Outcome) -> None:
        self._script.append(outcome)

    def pending(self) -> list[Outcome]:
        """What is still to come."""
        return list(self._script)

    def release(self) -> None:
        """Lets go on whatever is stalled."""
        self._released = True

    def take_release(self) -> bool:
        """Whether what is stalled goes on from now; says so once."""
        released, self._released = self._released, False
        return released

    def clear(self) -> None:
        self._script.clear()

    def take(self, operation: str) -> Outcome | None:
        """The ending of a work request that begins, and takes it off the script."""
        for number, outcome in enumerate(self._script):
            if outcome.operation == operation:
                return self._script.pop(number)
        return None
