"""A deployment that a command deactivates for a change, and that must not be forgotten so."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.ports.journal import JournalEntry, JournalRecord
from oci_mlflow_core.usecases.ports import Ports

#: Kind of the journal's records.
KIND = "deactivation"


@attrs.define
class Deactivation:
    """In the journal from before the order until the deployment serves again."""

    ports: Ports
    entry: JournalEntry
    run_id: str
    _record: JournalRecord | None = attrs.field(default=None, init=False)

    def begins(self, deployment: Deployment) -> None:
        """The deployment is about to be deactivated."""
        self._record = JournalRecord(kind=KIND, run_id=self.run_id, id=deployment.id)
        self.entry.made(self._record)

    def ends(self) -> None:
        """It serves again."""
        if self._record:
            self.entry.settled(self._record)
        self._record = None

    def after_failure(self, before: DesiredDeployment) -> tuple[str, ...]:
        """Activates the deployment where it is as it was before; what the user has to know of it.

        Args:
            before: What it was before it was deactivated.
        """
        if self._record is None:
            return ()
        deployment_id = self._record.id
        lifecycle = self.ports.service.lifecycle
        try:
            state = lifecycle.get(deployment_id).state
            unchanged = state is LifecycleState.INACTIVE and lifecycle.describe(deployment_id) == before
            if unchanged:
                lifecycle.activate(deployment_id)
        except DeploymentError as refusal:
            return (f"deployment {deployment_id} may be INACTIVE: {refusal}; {self._how(deployment_id)}",)
        if unchanged:
            self.ends()
            return (f"deployment {deployment_id} did not answer for a while; it is being activated as it was",)
        if state.serves and state.is_settled:
            self.ends()
            return ()
        return (self._told(deployment_id, state),)

    def _told(self, deployment_id: str, state: LifecycleState) -> str:
        if state is LifecycleState.FAILED:
            return f"deployment {deployment_id} is FAILED and does not answer; no update brings it back"
        if state.is_settled:
            return f"deployment {deployment_id} is {state} and does not answer; {self._how(deployment_id)}"
        return f"deployment {deployment_id} is {state}; if it is INACTIVE then, {self._how(deployment_id)}"

    def _how(self, deployment_id: str) -> str:
        return f"'oci-mlflow activate -t {self.ports.target} --name {deployment_id}' or the same update activates it"
