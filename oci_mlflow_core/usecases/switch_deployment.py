"""Switching a deployment off and on."""

from __future__ import annotations

import enum

from oci_mlflow_core.errors import CancelledError, ConflictError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.usecases.finding import find_deployment
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import SwitchDeployment
from oci_mlflow_core.usecases.waiting import await_settled


class Switch(str, enum.Enum):
    """Which way."""

    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"

    @property
    def aim(self) -> LifecycleState:
        """The state that it leads to."""
        return LifecycleState.ACTIVE if self is Switch.ACTIVATE else LifecycleState.INACTIVE


def switch_deployment(ports: Ports, request: SwitchDeployment, switch: Switch) -> Deployment:
    """Switches it, and returns when that is done (or, with ``wait=false``, when it is ordered).

    A deployment that is in that state already is returned as it is.

    Raises:
        NoSuchDeploymentError: There is none of that name.
        ConflictError: Its state does not allow it.
        DeploymentFailedError: It did not come up.
        TimedOutError: The deadline passed; what was ordered goes on.
        CancelledError: The user pressed Ctrl-C; what was ordered goes on.
    """
    deployment = find_deployment(ports.service.lifecycle, request.name)
    with ports.journal.open(str(ports.target), deployment.name):
        if deployment.state is switch.aim:
            ports.progress.note(f"deployment '{deployment.name}' is {deployment.state} already")
            return deployment
        _refuse_state(deployment, switch)
        lifecycle = ports.service.lifecycle
        with ports.progress.step(f"{switch.value} the deployment '{deployment.name}'") as step:
            order = lifecycle.activate if switch is Switch.ACTIVATE else lifecycle.deactivate
            ordered = order(deployment.id)
            if not request.options.wait:
                step.done("ordered")
                return ordered
            try:
                done = await_settled(ports, ordered, step, timeout=request.options.timeout)
            except KeyboardInterrupt:
                raise _left_going_on(deployment, switch) from None
            step.done(str(done.state))
            return done


def _refuse_state(deployment: Deployment, switch: Switch) -> None:
    switchable = {LifecycleState.ACTIVE, LifecycleState.NEEDS_ATTENTION}
    allowed = {LifecycleState.INACTIVE} if switch is Switch.ACTIVATE else switchable
    if deployment.state not in allowed:
        settles = not deployment.state.is_settled
        raise ConflictError(
            f"deployment '{deployment.name}' ({deployment.id}) is {deployment.state} and cannot be {switch.value}d now",
            "Wait until that has ended." if settles else "Delete it and create it again.",
        )


def _left_going_on(deployment: Deployment, switch: Switch) -> CancelledError:
    cancelled = CancelledError(f"waiting for deployment '{deployment.name}'")
    cancelled.hint = f"It goes on to {switch.value}; 'mlflow deployments get' says when it is done."
    return cancelled
