"""The lifecycle states of deployments, and what may be begun in which.

The states are those of the SDK's ``ModelDeployment.lifecycle_state``.
"""

from __future__ import annotations

from oci_twin.data_science.behaviour import Behaviour
from oci_twin.data_science.refusals import incorrect_state

CREATING = "CREATING"
ACTIVE = "ACTIVE"
DELETING = "DELETING"
FAILED = "FAILED"
INACTIVE = "INACTIVE"
UPDATING = "UPDATING"
DELETED = "DELETED"
NEEDS_ATTENTION = "NEEDS_ATTENTION"

STATES = (CREATING, ACTIVE, DELETING, FAILED, INACTIVE, UPDATING, DELETED, NEEDS_ATTENTION)
#: In these a deployment answers predictions.
ANSWERING = (ACTIVE, NEEDS_ATTENTION)
SETTLED = (ACTIVE, INACTIVE, NEEDS_ATTENTION)


def allowed(operation: str, behaviour: Behaviour) -> tuple[str, ...]:
    """The states in which an operation of a deployment may be begun."""
    deactivatable = ANSWERING if behaviour.deactivate_needs_attention else (ACTIVE,)
    deletable = SETTLED if behaviour.delete_needs_attention else (ACTIVE, INACTIVE)
    return {
        "update": SETTLED,
        "activate": (INACTIVE,),
        "deactivate": deactivatable,
        "delete": (*deletable, FAILED),
        "move": (*SETTLED, FAILED),
    }[operation]


def require(operation: str, deployment_id: str, state: str, behaviour: Behaviour) -> None:
    """Lets an operation pass that may be begun in the deployment's state.

    Raises:
        Refusal: 409 IncorrectState.
    """
    possible = allowed(operation, behaviour)
    if state not in possible:
        verb = "have its compartment changed" if operation == "move" else f"be {operation.rstrip('e')}ed"
        raise incorrect_state(f"{deployment_id} is {state}; it can {verb} when it is {' or '.join(possible)}.")
