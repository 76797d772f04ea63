"""Ordering a change of a deployment: of its settings, or off and on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import attrs

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.model.deployment import Deployment, FieldChange, LifecycleState
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.oci.deployments.observing import Observer
from oci_mlflow_plugin.adapters.oci.deployments.reading import Found, found, none_such
from oci_mlflow_plugin.adapters.oci.deployments.tree.changing import update_tree
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError, PreconditionError, failure_of

#: Source: docstring of oci.data_science.DataScienceClient.update_model_deployment.
_CHANGEABLE = frozenset({LifecycleState.ACTIVE, LifecycleState.INACTIVE, LifecycleState.NEEDS_ATTENTION})
_LIVE = frozenset({LifecycleState.ACTIVE, LifecycleState.NEEDS_ATTENTION})


@attrs.frozen
class Change:
    """Orders about one deployment, each on the condition that nobody else has changed it since it was looked at."""

    connection: Connection
    observer: Observer
    deployment_id: str

    def settings(self, desired: DesiredDeployment, changes: Collection[FieldChange]) -> Deployment:
        """Orders the changes; where the service has them already, nothing.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it, or somebody else changed it meanwhile.
            InvalidRequestError: OCI has no way to make such a change.
        """
        seen = self._allowed(_CHANGEABLE, "updated")
        tree = update_tree(seen.tree, desired, changes)
        if not tree:
            return seen.deployment
        update = self.connection.data_science.update_model_deployment
        self._ordered(seen, "update", update, lambda now: not update_tree(now.tree, desired, changes), tree)
        return attrs.evolve(
            seen.deployment,
            state=LifecycleState.UPDATING,
            name=tree.get("displayName", seen.deployment.name),
            freeform_tags=tree.get("freeformTags", seen.deployment.freeform_tags),
            lifecycle_details="",
        )

    def activation(self) -> Deployment:
        """Orders that it serves again; nothing where it does.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it.
        """
        order = self.connection.data_science.activate_model_deployment
        allowed = frozenset({LifecycleState.INACTIVE})
        return self._switched("activate", LifecycleState.ACTIVE, allowed, order)

    def deactivation(self) -> Deployment:
        """Orders that it stops serving; nothing where it does not.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it.
        """
        order = self.connection.data_science.deactivate_model_deployment
        return self._switched("deactivate", LifecycleState.INACTIVE, _LIVE, order)

    def _switched(
        self, verb: str, aim: LifecycleState, allowed: Collection[LifecycleState], order: Callable[..., Any]
    ) -> Deployment:
        seen = self._allowed({*allowed, aim}, f"{verb}d")
        if seen.deployment.state is aim:
            return seen.deployment
        self._ordered(seen, verb, order, lambda now: now.deployment.state is aim)
        return attrs.evolve(seen.deployment, state=LifecycleState.UPDATING, lifecycle_details="")

    def _allowed(self, states: Collection[LifecycleState], done: str) -> Found:
        seen = found(self.connection, self.deployment_id)
        state = seen.deployment.state
        if state not in states:
            raise ConflictError(
                f"deployment '{seen.deployment.name}' ({seen.deployment.id}) is {state} and cannot be {done} now",
                "Delete it and create it again." if state.is_settled else "Wait until that has ended.",
            )
        return seen

    def _ordered(
        self, seen: Found, verb: str, order: Callable[..., Any], has_it: Callable[[Found], bool], *details: object
    ) -> None:
        """Makes the call; one whose answer was lost is made again, and then refused if it had been carried out."""
        what = f"{verb} the deployment {self.deployment_id}"
        try:
            response = call(self.connection.clock, what, order, self.deployment_id, *details, **seen.condition)
        except AbsentOrForbiddenError as refusal:
            raise none_such(self.deployment_id) from refusal
        except ConflictError as refusal:
            if self._was_carried_out(refusal, has_it):
                return
            if isinstance(refusal, PreconditionError):
                raise self._changed_meanwhile(seen) from refusal
            raise
        self.observer.ordered(self.deployment_id, response.headers.get("opc-work-request-id"))

    def _was_carried_out(self, refusal: ConflictError, has_it: Callable[[Found], bool]) -> bool:
        failure = failure_of(refusal)
        if failure is None or not failure.uncertain:
            return False
        now = found(self.connection, self.deployment_id)
        return now.deployment.state is LifecycleState.UPDATING or has_it(now)

    def _changed_meanwhile(self, seen: Found) -> ConflictError:
        return ConflictError(
            f"deployment '{seen.deployment.name}' ({self.deployment_id}) was changed by somebody else meanwhile",
            "Run the command again.",
        )
