"""Removing a deployment, whatever state it is in, and waiting until it is gone."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import (
    ConflictError,
    InvalidRequestError,
    NoSuchDeploymentError,
    ServiceError,
    TimedOutError,
)
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.deployments.paging import listed
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
    #: As it was last seen; empty before it was.
    _name: str = attrs.field(default="", init=False)
    _compartment: str = attrs.field(default="", init=False)

    def run(self) -> None:
        """Returns when there is no such deployment.

        Raises:
            ConflictError: OCI does not delete it in its state.
            AbsentOrForbiddenError: It is there, and the caller may not delete it.
            ServiceError: OCI began to delete it, and failed.
            TimedOutError: It takes too long; it goes on.
        """
        clock = self.connection.clock
        started, pause = clock.monotonic(), _FIRST_PAUSE
        # a point in time, not seconds since the start: their rounding could leave a pause that moves no clock
        deadline = started + self.timeout
        while True:
            try:
                seen = found(self.connection, self.deployment_id)
                if self._may_be_ordered(seen):
                    self._order(seen)
            except NoSuchDeploymentError as refusal:
                if not self._is_listed():
                    return
                self._refused(refusal)
            now = clock.monotonic()
            if now >= deadline:
                raise TimedOutError(self._name, self.deployment_id, "its removal", now - started)
            clock.sleep(min(pause, deadline - now))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _may_be_ordered(self, seen: Found) -> bool:
        state, self._name, self._compartment = seen.deployment.state, seen.deployment.name, seen.compartment_id
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
            # it had not ended when the deployment was looked at
            seen = found(self.connection, self.deployment_id)
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
        except (AbsentOrForbiddenError, ConflictError) as refusal:
            # something else began meanwhile, or an attempt whose answer was lost; or the caller may not
            self._refused(refusal)
        else:
            self._ordered = response.headers.get("opc-work-request-id")

    def _refused(self, refusal: ServiceError) -> None:
        """Lets the next look tell, some times.

        Raises:
            ServiceError: It was refused too often.
        """
        self._refusals += 1
        if self._refusals >= _REFUSALS:
            raise refusal

    def _is_listed(self) -> bool:
        """Whether it is there although it cannot be read: OCI says the same of what is gone and of what is forbidden.

        Without a compartment to look in, what cannot be read counts as gone.
        """
        try:
            compartment = self._compartment or self.connection.compartment_id()
        except InvalidRequestError:
            return False
        what, client = f"look for the deployment {self.deployment_id}", self.connection.data_science
        everyone = listed(self.connection, what, client.list_model_deployments, compartment, id=self.deployment_id)
        return any(each.lifecycle_state != LifecycleState.DELETED for each in everyone)
