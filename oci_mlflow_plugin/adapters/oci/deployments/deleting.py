"""Removing a deployment, whatever state it is in, and waiting until it is gone."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import ConflictError, NoSuchDeploymentError, ServiceError, TimedOutError
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.deployments.reading import Found, found
from oci_mlflow_plugin.adapters.oci.deployments.work_requests import WorkRequests
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError

#: Seconds between two looks, the first and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 10.0
#: Seconds in all: OCI's own creation may have to end before.
TIMEOUT = 4800.0
#: How often OCI may say that a state which allows it does not.
_REFUSALS = 3


@attrs.define
class Deletion:
    """One deployment on its way out."""

    connection: Connection
    deployment_id: str
    step: Step
    timeout: float = TIMEOUT
    #: The work request of the order; None before there is one.
    _ordered: str | None = attrs.field(default=None, init=False)
    _refusals: int = attrs.field(default=0, init=False)

    def run(self) -> None:
        """Returns when there is no such deployment.

        Raises:
            ConflictError: OCI does not delete it in its state.
            ServiceError: OCI began to delete it, and failed.
            TimedOutError: It takes too long; it goes on.
        """
        clock = self.connection.clock
        started, pause = clock.monotonic(), _FIRST_PAUSE
        while True:
            try:
                seen = found(self.connection, self.deployment_id)
            except NoSuchDeploymentError:
                return
            if self._may_be_ordered(seen):
                self._order(seen)
            elapsed = clock.monotonic() - started
            if elapsed >= self.timeout:
                raise TimedOutError(seen.deployment.name, self.deployment_id, "its removal", elapsed)
            clock.sleep(min(pause, self.timeout - elapsed))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _may_be_ordered(self, seen: Found) -> bool:
        state = seen.deployment.state
        if state is LifecycleState.DELETING or self._ordered is not None:
            self._check_order(seen)
            self.step.says("waiting until it is gone")
            return False
        if not state.is_settled:
            self.step.says(f"waiting until it can be deleted: it is {state}")
            return False
        return True

    def _check_order(self, seen: Found) -> None:
        """Returns while the order goes on, or cannot be looked at.

        Raises:
            ServiceError: It failed.
        """
        if self._ordered is None:
            return
        requests = WorkRequests(self.connection)
        try:
            request = requests.get(self._ordered)
        except AbsentOrForbiddenError:
            return
        if request.failed:
            reasons = "; ".join((*requests.errors(request.id), seen.deployment.lifecycle_details))
            raise ServiceError(
                f"OCI could not delete the deployment '{seen.deployment.name}' ({self.deployment_id}), "
                f"which is {seen.deployment.state}: {reasons.strip('; ') or 'it does not say why'}",
                "Run the command again.",
            )

    def _order(self, seen: Found) -> None:
        self.step.says("deleting it")
        client, clock = self.connection.data_science, self.connection.clock
        try:
            what = f"delete the deployment {seen.deployment.id}"
            response = call(clock, what, client.delete_model_deployment, seen.deployment.id, step=self.step)
        except AbsentOrForbiddenError:
            return
        except ConflictError:
            # something else began meanwhile, or an attempt whose answer was lost
            self._refusals += 1
            if self._refusals >= _REFUSALS:
                raise
        else:
            self._ordered = response.headers.get("opc-work-request-id")
