"""How the last order about a deployment goes: its state and its work request, looked at together."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState, Observation
from oci_mlflow_plugin.adapters.oci.deployments.explaining import explained
from oci_mlflow_plugin.adapters.oci.deployments.reading import Found, found
from oci_mlflow_plugin.adapters.oci.deployments.work_requests import WorkRequest, WorkRequests
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError

_UNWELL = frozenset({LifecycleState.FAILED, LifecycleState.NEEDS_ATTENTION})
#: A deployment that failed stays so.
_CHANGEABLE = frozenset({LifecycleState.ACTIVE, LifecycleState.INACTIVE, LifecycleState.NEEDS_ATTENTION})


@attrs.frozen
class Observer:
    """Looks at deployments."""

    connection: Connection
    #: The work requests of the orders of this process, by deployment.
    orders: dict[str, str] = attrs.field(factory=dict)

    def ordered(self, deployment_id: str, work_request_id: str | None) -> None:
        """Remembers the work request of an order."""
        if work_request_id:
            self.orders[deployment_id] = work_request_id

    def look(self, deployment_id: str) -> Observation:
        """One look.

        Raises:
            NoSuchDeploymentError: There is none.
            DeploymentError: The service does not tell.
        """
        seen = found(self.connection, deployment_id)
        last = self._last(seen)
        messages = self._messages(last)
        deployment = _in_transition(seen.deployment, last)
        if deployment is seen.deployment:
            deployment = explained(self.connection, seen, last, messages)
        going_on = not deployment.state.is_settled
        return Observation(
            deployment=deployment,
            activity=messages[-1] if going_on and messages else "",
            percent=last.percent if last is not None and going_on else None,
            succeeded=None if last is None or going_on or not last.has_ended else not last.failed,
            messages=messages,
        )

    def state_of(self, deployment_id: str) -> Deployment:
        """The deployment; one that is unwell, with why.

        Raises:
            NoSuchDeploymentError: There is none.
            DeploymentError: The service does not tell.
        """
        seen = found(self.connection, deployment_id)
        if seen.deployment.state not in _UNWELL:
            return seen.deployment
        last = self._last(seen)
        return explained(self.connection, seen, last, self._messages(last))

    def _last(self, seen: Found) -> WorkRequest | None:
        """The work request of the last order; None where the service does not tell, which stops nobody."""
        requests = WorkRequests(self.connection)
        try:
            known = self.orders.get(seen.deployment.id)
            last = None if known is None else requests.get(known)
            if last is not None and _speaks_for(last, seen.deployment):
                return last
        except AbsentOrForbiddenError:
            last = None
        try:
            return requests.last_of(seen.deployment.id, seen.compartment_id)
        except AbsentOrForbiddenError:
            return last

    def _messages(self, last: WorkRequest | None) -> tuple[str, ...]:
        if last is None:
            return ()
        try:
            return WorkRequests(self.connection).messages(last.id)
        except DeploymentError as refusal:
            return (f"(the log of its work request cannot be read: {refusal})",)


def _speaks_for(last: WorkRequest, deployment: Deployment) -> bool:
    """Whether the order is why the deployment is as it is; another command may have given one since."""
    if not last.has_ended:
        return True
    return deployment.state.is_settled and last.failed is (deployment.state in _UNWELL)


def _in_transition(deployment: Deployment, last: WorkRequest | None) -> Deployment:
    """An order that was just taken may not show in the state yet, and its work request tells that it goes on."""
    if last is None or last.has_ended or deployment.state not in _CHANGEABLE:
        return deployment
    return attrs.evolve(deployment, state=LifecycleState.UPDATING, lifecycle_details="")
