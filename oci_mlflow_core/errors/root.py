"""What all errors have in common, and the one for requests that cannot be met."""

from __future__ import annotations

import attrs


class DeploymentError(Exception):
    """Something that the user asked for could not be done."""

    #: What to do about it, as one or two sentences; empty where the message says it all.
    hint: str = ""
    #: What the failed command made and could not take back, one line each (what it is, its id, how to remove it).
    leftovers: tuple[str, ...] = ()


@attrs.define(eq=False, slots=False)
class InvalidRequestError(DeploymentError):
    """What was asked for is not possible as it was asked."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return self.reason
