"""What a twin starts with: a tenancy, and in it one of everything that a deployment refers to."""

from __future__ import annotations

import secrets

from attrs import asdict, frozen

from oci_twin import ids
from oci_twin.state import State

REGION = "us-ashburn-1"
_KIND = "beginning"


@frozen
class Beginning:
    """The names of what is there from the start."""

    tenancy_id: str
    user_id: str
    compartment_id: str
    project_id: str
    log_group_id: str
    log_id: str
    namespace: str
    bucket: str


def beginning(state: State) -> Beginning:
    """What this state began with; it begins now unless it did before."""
    known = state.get(_KIND, _KIND)
    if known is not None:
        return Beginning(**known)
    new = Beginning(
        tenancy_id=ids.ocid("tenancy", region=""),
        user_id=ids.ocid("user", region=""),
        compartment_id=ids.ocid("compartment", region=""),
        project_id=ids.ocid("datascienceproject"),
        log_group_id=ids.ocid("loggroup"),
        log_id=ids.ocid("log"),
        namespace=f"twin{secrets.token_hex(4)}",
        bucket="twin-bucket",
    )
    restore(state, new)
    return new


def restore(state: State, begun: Beginning) -> None:
    state.put(_KIND, _KIND, asdict(begun))
