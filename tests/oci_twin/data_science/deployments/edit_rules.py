"""What one PUT may change in which state.

``strict`` is OCI's page on editing model deployments: any options at once while inactive, one group at a time while
active. ``lenient`` is the SDK's docstring of ``update_model_deployment``: shape, instance count and model together,
load balancer and logs each on its own. Values that stay as they are count in neither, because clients that resend a
whole configuration are known to work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oci_twin.data_science.behaviour import Behaviour, EditRules
from oci_twin.data_science.deployments.differences import Group, changed_groups, on_custom_network
from oci_twin.data_science.deployments.states import INACTIVE, NEEDS_ATTENTION
from oci_twin.http.call import Refusal

#: Groups that travel as one.
_BUNDLES: dict[EditRules, frozenset[Group]] = {
    "strict": frozenset({Group.COMPUTE, Group.REPLICAS}),
    "lenient": frozenset({Group.COMPUTE, Group.REPLICAS, Group.MODEL}),
}
#: Groups that the SDK's docstring does not name for NEEDS_ATTENTION.
_UNDOCUMENTED = frozenset({Group.ENVIRONMENT, Group.CONTAINER, Group.AUTOSCALING, Group.NETWORKING})
_LIGHT = frozenset({Group.IDENTITY, Group.TAGS})


def require_editable(
    old: Mapping[str, Any], new: Mapping[str, Any], state: str, rules: EditRules, behaviour: Behaviour
) -> frozenset[Group]:
    """Lets an update pass that the rules allow, and says which groups it changes.

    Raises:
        Refusal: With the status that `behaviour` names, InvalidParameter; the message names the groups.
    """
    groups = changed_groups(old, new)
    reason = _never(old, new)
    if reason is None and state != INACTIVE:
        reason = _not_live(groups, state, rules, behaviour) or _not_together(groups, rules, behaviour)
    if reason is not None:
        raise Refusal(behaviour.edit_rule_status, "InvalidParameter", reason)
    return groups


def _never(old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    if on_custom_network(old) and not on_custom_network(new):
        return "A model deployment with custom networking cannot be changed to managed networking."
    return None


def _not_live(groups: frozenset[Group], state: str, rules: EditRules, behaviour: Behaviour) -> str | None:
    fixed = {Group.ENVIRONMENT_TYPE}
    if state == NEEDS_ATTENTION and behaviour.needs_attention_takes == "documented":
        fixed |= _UNDOCUMENTED
    if rules == "strict" and not behaviour.live_networking:
        fixed.add(Group.NETWORKING)
    refused = sorted(group.value for group in groups & fixed)
    return f"The {refused[0]} can only be changed while the model deployment is INACTIVE." if refused else None


def _not_together(groups: frozenset[Group], rules: EditRules, behaviour: Behaviour) -> str | None:
    heavy = groups - _LIGHT
    bundle = _BUNDLES[rules]
    kinds = len(heavy - bundle) + bool(heavy & bundle)
    if behaviour.identity_alone and groups & _LIGHT:
        kinds, heavy = kinds + 1, groups
    if kinds <= 1:
        return None
    names = ", ".join(sorted(group.value for group in heavy))
    return f"One kind of change at a time can be made while the model deployment is active; this changes {names}."
