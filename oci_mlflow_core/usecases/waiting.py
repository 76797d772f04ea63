"""Waiting until a deployment's state is settled, within one deadline."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import DeploymentFailedError, ThrottledError, TimedOutError, UnavailableError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState, Observation
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.ports import Ports

#: Seconds between the first two looks; each pause is longer than the one before, up to `longest_pause`.
FIRST_PAUSE = 0.1
GROWTH = 1.5
#: Seconds.
USUAL_PAUSE = 0.4
#: Of the time waited; and seconds. Both are for a service that others share.
SHARE, LONGEST_PAUSE = 0.008, 5.0
#: Of what the service logged about an order, so many lines are told when it failed.
_LINES = 20

_FAILED = {LifecycleState.FAILED, LifecycleState.NEEDS_ATTENTION, LifecycleState.DELETED}


def await_settled(
    ports: Ports, deployment: Deployment, step: Step, *, timeout: float, wanted: LifecycleState | None = None
) -> Deployment:
    """The deployment once what was ordered is done.

    It is looked at once even where `timeout` leaves no seconds. `wanted` is the state that was ordered; None where the
    deployment stays in the one that it was in.

    Raises:
        DeploymentFailedError: It settled, and what was ordered was not done.
        TimedOutError: `timeout` seconds passed; what was ordered goes on.
    """
    return _checked(wait_until_settled(ports, deployment, step, timeout=timeout), wanted)


def wait_until_settled(ports: Ports, deployment: Deployment, step: Step, *, timeout: float) -> Observation:
    """The first look at which nothing goes on any more, whatever came of it.

    A service that cannot be asked for some time is asked again: what it was ordered to do goes on meanwhile.

    Raises:
        TimedOutError: `timeout` seconds passed; what was ordered goes on.
    """
    started = ports.clock.monotonic()
    # a point in time, not seconds since the start: their rounding could leave a pause that moves no clock
    deadline = started + timeout
    pause, looks = FIRST_PAUSE, _Looks(ports, deployment, step)
    while True:
        seen = looks.look()
        if seen is not None and seen.deployment.state.is_settled:
            return seen
        now = ports.clock.monotonic()
        elapsed = now - started
        if now >= deadline:
            raise TimedOutError(deployment.name, deployment.id, looks.waiting_for, elapsed, _follow(ports))
        pause = min(pause, longest_pause(elapsed, shared=ports.service_descriptor.shared))
        ports.clock.sleep(min(pause, deadline - now))
        pause *= GROWTH


@attrs.define
class _Looks:
    """What was seen so far, and told."""

    ports: Ports
    deployment: Deployment
    step: Step
    waiting_for: str = attrs.field(default="", init=False)
    _told: int = attrs.field(default=0, init=False)

    def look(self) -> Observation | None:
        """One look; None where the service could not be asked."""
        try:
            seen = self.ports.service.lifecycle.observe(self.deployment.id)
        except (ThrottledError, UnavailableError) as away:
            self.waiting_for = "the service to answer"
            self.step.says(f"{away}; asking again")
            return None
        for message in seen.messages[self._told :]:
            if message != seen.activity:
                self.step.says(message)
        self._told = max(self._told, len(seen.messages))
        self.step.says(_in_words(seen))
        self.waiting_for = seen.activity or str(seen.deployment.state)
        return seen


def longest_pause(waited: float, *, shared: bool) -> float:
    """How long the pause after `waited` seconds may be: what a command can end later than the service does."""
    # A create makes a dozen calls besides, and should not take a second longer than the service needs. That leaves
    # less than half a second for what a pause adds, as long as the service is done within a minute. A shared service
    # is spared as the wait grows: less than one hundredth of the time waited will not be missed, and the five seconds
    # are reached after ten minutes. A deployment that takes so long is looked at some 450 times; the SDK's own waiter,
    # which doubles its pauses from 1 s to 30 s, looks 25 times and ends up to 30 s late.
    return min(max(USUAL_PAUSE, SHARE * waited), LONGEST_PAUSE) if shared else USUAL_PAUSE


def _checked(seen: Observation, wanted: LifecycleState | None) -> Deployment:
    deployment = seen.deployment
    if _is_done(seen, wanted):
        return deployment
    reason = deployment.lifecycle_details or f"its state is {deployment.state}"
    if seen.succeeded is False and not deployment.lifecycle_details:
        reason = f"the service did not do what was ordered, and {reason}"
    messages = tuple(line for line in seen.messages[-_LINES:] if line not in deployment.log_tail)
    raise DeploymentFailedError(deployment.name, deployment.id, reason, (*messages, *deployment.log_tail))


def _is_done(seen: Observation, wanted: LifecycleState | None) -> bool:
    state = seen.deployment.state
    if seen.succeeded is False:
        return False
    # a deployment that needed attention before may go on to, although what was ordered was done
    if state is LifecycleState.NEEDS_ATTENTION:
        return bool(seen.succeeded) and wanted is not LifecycleState.INACTIVE
    return state not in _FAILED and (wanted is None or state is wanted)


def _in_words(seen: Observation) -> str:
    percent = "" if seen.percent is None else f" ({seen.percent:.0f} %)"
    return f"{seen.activity or seen.deployment.state}{percent}"


def _follow(ports: Ports) -> str:
    return (
        f"Follow it with 'mlflow deployments get -t {ports.target} --name <OCID>'; "
        "-C timeout=SECONDS sets how long a command waits."
    )
