"""One deployment of the service in memory, and how its orders turn out."""

from __future__ import annotations

import attrs

from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.ports.deploy_service import DesiredDeployment


@attrs.frozen(kw_only=True)
class Outcome:
    """How one order (a create or an update) turns out."""

    #: Empty for an order that succeeds.
    failure: str = ""
    log_tail: tuple[str, ...] = ()
    #: How often it is observed before it settles; None for an order that never does.
    looks: int | None = 1
    #: Whether an order that fails leaves the deployment in the state that it was in, as if it had never been given.
    falls_back: bool = False
    #: Whether an order that succeeds leaves the deployment as unwell as it was.
    stays_unwell: bool = False


@attrs.define
class OrderedDeployment:
    """A deployment, the last order and what became of it."""

    deployment: Deployment
    desired: DesiredDeployment
    outcome: Outcome
    #: What it serves; None before the first order has succeeded.
    serving: DesiredDeployment | None = None
    looks: int = 0
    #: The state that an order which succeeds ends in.
    aim: LifecycleState = LifecycleState.ACTIVE
    #: The state before the last order.
    rested: LifecycleState = LifecycleState.CREATING
    retry_token: str = ""

    def takes(self, outcome: Outcome, aim: LifecycleState) -> None:
        """An order to a deployment that is at rest."""
        self.outcome, self.looks, self.aim, self.rested = outcome, 0, aim, self.deployment.state
        self.deployment = attrs.evolve(
            self.deployment, state=LifecycleState.UPDATING, lifecycle_details="", log_tail=()
        )

    @property
    def succeeded(self) -> bool | None:
        """What became of the last order; None while it goes on."""
        return not self.outcome.failure if self.deployment.state.is_settled else None

    def look(self) -> None:
        """One observation; the last of them settles the order."""
        self.looks += 1
        due = self.outcome.looks is not None and self.looks > self.outcome.looks
        if due and not self.deployment.state.is_settled:
            self._settle()

    def _settle(self) -> None:
        if not self.outcome.failure:
            self.serving = self.desired
            self.deployment = attrs.evolve(self.deployment, model_id=self.desired.model_id)
            self._becomes(self.rested if self.outcome.stays_unwell else self.aim)
        else:
            state = LifecycleState.FAILED if self.serving is None else LifecycleState.NEEDS_ATTENTION
            state = self.rested if self.outcome.falls_back else state
            self.desired = self.serving or self.desired
            self._becomes(state, self.outcome.failure, self.outcome.log_tail)

    def _becomes(self, state: LifecycleState, details: str = "", log_tail: tuple[str, ...] = ()) -> None:
        self.deployment = attrs.evolve(
            self.deployment,
            state=state,
            name=self.desired.name,
            freeform_tags=self.desired.freeform_tags,
            lifecycle_details=details,
            log_tail=log_tail,
        )
