"""Waiting until a deployment's state is settled, within one deadline."""

from __future__ import annotations

from oci_mlflow_core.errors import DeploymentFailedError, TimedOutError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState, Observation
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.ports import Ports

#: Seconds between the first two looks; each pause is longer than the one before, up to a limit.
FIRST_PAUSE = 0.1
GROWTH = 1.5
#: Seconds; a service that others share is asked less often than this machine.
LONGEST_PAUSE = {True: 10.0, False: 0.5}

_FAILED = {LifecycleState.FAILED, LifecycleState.NEEDS_ATTENTION, LifecycleState.DELETED}


def await_settled(ports: Ports, deployment: Deployment, step: Step, *, timeout: float) -> Deployment:
    """The deployment once it serves.

    Raises:
        DeploymentFailedError: It settled in a state that does not serve what was ordered.
        TimedOutError: `timeout` seconds passed; what was ordered goes on.
    """
    return _checked(wait_until_settled(ports, deployment, step, timeout=timeout))


def wait_until_settled(ports: Ports, deployment: Deployment, step: Step, *, timeout: float) -> Observation:
    """The first look at which nothing goes on any more, whatever came of it.

    Raises:
        TimedOutError: `timeout` seconds passed; what was ordered goes on.
    """
    started = ports.clock.monotonic()
    pause = FIRST_PAUSE
    while True:
        seen = ports.service.lifecycle.observe(deployment.id)
        step.says(_in_words(seen))
        if seen.deployment.state.is_settled:
            return seen
        elapsed = ports.clock.monotonic() - started
        if elapsed >= timeout:
            raise TimedOutError(
                deployment.name, deployment.id, seen.activity or str(seen.deployment.state), elapsed, _follow(ports)
            )
        ports.clock.sleep(min(pause, timeout - elapsed))
        pause = min(pause * GROWTH, LONGEST_PAUSE[ports.service_descriptor.shared])


def _checked(seen: Observation) -> Deployment:
    deployment = seen.deployment
    # a deployment that needed attention before may go on to, although what was ordered was done
    if deployment.state in _FAILED and not (seen.succeeded and deployment.state is LifecycleState.NEEDS_ATTENTION):
        raise DeploymentFailedError(
            deployment.name,
            deployment.id,
            deployment.lifecycle_details or f"its state is {deployment.state}",
            deployment.log_tail,
        )
    return deployment


def _in_words(seen: Observation) -> str:
    percent = "" if seen.percent is None else f" ({seen.percent:.0f} %)"
    return f"{seen.activity or seen.deployment.state}{percent}"


def _follow(ports: Ports) -> str:
    return (
        f"Follow it with 'mlflow deployments get -t {ports.target} --name <OCID>'; "
        "-C timeout=SECONDS sets how long a command waits."
    )
