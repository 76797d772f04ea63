"""The passes of an update on their way: what is to be ordered, what goes on, what was done."""

from __future__ import annotations

import attrs

from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.planning.desired import told
from oci_mlflow_core.planning.edits.groups import EditGroup
from oci_mlflow_core.planning.edits.passes import EditPass, Order
from oci_mlflow_core.ports.deploy_service import DeploymentLifecycle

_AIMS = {Order.ACTIVATE: LifecycleState.ACTIVE, Order.DEACTIVATE: LifecycleState.INACTIVE}


@attrs.define
class Passes:
    """The passes of one update, in order."""

    waiting: list[EditPass]
    done: list[EditPass] = attrs.field(factory=list, init=False)
    #: The one that the service is at work on, or that was begun last and failed.
    current: EditPass | None = attrs.field(default=None, init=False)

    def next(self, order: Order, group: EditGroup | None) -> EditPass | None:
        """Takes the pass out that was planned so; None where nothing of the kind differs in the end."""
        found = next((edit for edit in self.waiting if (edit.order, edit.group) == (order, group)), None)
        if found:
            self.waiting.remove(found)
            self.current = found
        return found

    def confirm(self) -> EditPass:
        """The current one was done."""
        if self.current is None:
            raise AssertionError(self)
        edit, self.current = self.current, None
        self.done.append(edit)
        return edit

    def summary(self, *, goes_on: bool, lost: bool) -> str:
        """What was done and what was not, where there is more than one pass, and what to do next.

        Args:
            goes_on: Whether the current one does, without the command.
            lost: Whether no update can bring the deployment back.
        """
        then = "Delete it and create it again." if lost else "The same command goes on from there."
        begun = [self.current] if self.current else []
        if len(self.done) + len(begun) + len(self.waiting) < 2 or not (self.done or begun):  # noqa: PLR2004
            return then if lost else ""
        rest = self.waiting if goes_on else [*begun, *self.waiting]
        parts = [_listed("Done", self.done), _listed("Going on", begun) if goes_on else "", _listed("Not done", rest)]
        return " ".join([*filter(None, parts), then])


def send(lifecycle: DeploymentLifecycle, deployment_id: str, edit: EditPass) -> Deployment:
    """Orders one pass.

    Raises:
        ServiceError: The service refused or did not answer.
    """
    match edit.order:
        case Order.DEACTIVATE:
            return lifecycle.deactivate(deployment_id)
        case Order.ACTIVATE:
            return lifecycle.activate(deployment_id)
        case Order.CHANGE:
            return lifecycle.update(deployment_id, edit.desired, edit.changes)


def aim(edit: EditPass) -> LifecycleState | None:
    """The state that a pass leads to; None where the deployment stays in the one that it is in."""
    return _AIMS.get(edit.order)


def outcome(edit: EditPass) -> str:
    """What a pass changes, for its step."""
    if edit.order is not Order.CHANGE:
        return ""
    shown = told(edit.changes)
    if shown:
        return "; ".join(str(change) for change in shown)
    return "the tags that say what is served" if edit.group is EditGroup.RECORD else "the model's artifact"


def _listed(title: str, passes: list[EditPass]) -> str:
    return f"{title}: {'; '.join(edit.title for edit in passes)}." if passes else ""
