"""What became of a deployment, or of a question to one."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors.root import DeploymentError


@attrs.define(eq=False, slots=False)
class DeploymentFailedError(DeploymentError):
    """A deployment was created or updated, and does not serve."""

    name: str
    id: str
    reason: str
    #: The last lines of its log.
    log_tail: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        head = f"deployment '{self.name}' ({self.id}) failed: {self.reason}"
        return "\n".join([head, *(f"  | {line}" for line in self.log_tail)])


@attrs.define(eq=False, slots=False)
class TimedOutError(DeploymentError):
    """The deadline passed; what was begun goes on."""

    name: str
    id: str
    waiting_for: str
    #: Seconds that were spent waiting.
    elapsed: float
    hint: str = ""

    def __str__(self) -> str:
        return (
            f"deployment '{self.name}' ({self.id}): still waiting for {self.waiting_for} after {self.elapsed:.0f} s; "
            "it was left as it is and goes on"
        )


class CancelledError(DeploymentError):
    """The user ended the command with Ctrl-C."""

    def __init__(self, doing: str) -> None:
        super().__init__(doing)
        self.doing = doing

    def __str__(self) -> str:
        return f"cancelled while {self.doing}"


@attrs.define(eq=False, slots=False)
class PayloadError(DeploymentError):
    """Data that cannot be sent to a model: not of an accepted form, or too large."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return self.reason


@attrs.define(eq=False, slots=False)
class PredictionError(DeploymentError):
    """A deployment answered a prediction request with an error."""

    name: str
    #: HTTP status of the answer.
    status: int
    #: Error code from the body, such as OCI's ``InternalServerError``; empty where it held none.
    code: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        code = f" {self.code}" if self.code else ""
        return f"deployment '{self.name}' answered {self.status}{code}: {self.reason}"
