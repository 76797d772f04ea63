"""What an update call sends."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import FieldChange
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import AutoScaling
from oci_mlflow_plugin.adapters.oci.deployments.tree.description import described
from oci_mlflow_plugin.adapters.oci.deployments.tree.layout import CONFIGURATION, Kind, kind_of, sections_of
from oci_mlflow_plugin.adapters.oci.deployments.tree.patching import patched
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain
from oci_mlflow_plugin.adapters.oci.deployments.tree.sections import kind_wanted, wanted_sections
from oci_mlflow_plugin.adapters.oci.deployments.tree.touched import touched_sections

_INFRASTRUCTURE = "spec.infrastructure.spec"
_AUTO = f"{_INFRASTRUCTURE}.autoScaling"
#: Sections outside of the configuration, so that the model need not be named with them.
_OUTSIDE = frozenset({"displayName", "description", "freeformTags", "definedTags", "categoryLogDetails"})
#: The other way, LIVE, is for stacked groups alone. Source: UpdateModelGroupDeploymentConfigurationDetails.update_type.
_WITHOUT_DOWNTIME = "ZDT"


def update_tree(current: Plain, desired: DesiredDeployment, changes: Collection[FieldChange]) -> Plain:
    """As much of a deployment as leads from `current`, which the service tells of, to `desired` in what `changes` name.

    A section that differs is sent whole, with what the service has in it besides, and null for what goes. OCI's
    documentation does not say what becomes of a key that is left out of such a section; this way it does not matter.

    Source: oci.data_science.models.UpdateModelDeploymentDetails.

    Returns:
        Nothing but the sections that differ, with the model that every change of a configuration has to name; empty
        where nothing differs.

    Raises:
        InvalidRequestError: OCI has no way to make such a change.
    """
    desired = _following(desired, {change.path for change in changes})
    kind = kind_of(current)
    _refuse_another_kind(kind, kind_wanted(desired))
    touched = touched_sections(changes)
    sections, base, wanted = sections_of(current), wanted_sections(described(current)), wanted_sections(desired)
    sent = {name: _section(name, sections, base, wanted) for name in touched if base.get(name) != wanted.get(name)}
    if sent.keys() <= _OUTSIDE:
        return kind.lay_out(sent)
    tree = kind.lay_out({kind.identity: sections[kind.identity], **sent})
    if kind is Kind.MODEL_GROUP:
        tree[CONFIGURATION]["updateType"] = _WITHOUT_DOWNTIME
    return tree


def _section(name: str, current: Plain, base: Plain, wanted: Plain) -> object:
    if name not in wanted:
        raise InvalidRequestError(
            f"{_INFRASTRUCTURE}.{name}: OCI cannot take this back from a deployment", "Give another value instead."
        )
    return patched(name, current.get(name), base.get(name), wanted[name])


def _refuse_another_kind(now: Kind, wanted: Kind) -> None:
    if now is not wanted:
        raise InvalidRequestError(
            f"a deployment of the type {now} cannot become one of the type {wanted}",
            "Create another deployment and delete this one.",
        )


def _following(desired: DesiredDeployment, paths: Collection[str]) -> DesiredDeployment:
    """`desired` where a key that others default to was changed, and they were not."""
    infrastructure = desired.infrastructure
    auto = infrastructure.auto_scaling
    if auto is None:
        return desired
    if f"{_INFRASTRUCTURE}.replica" in paths and f"{_AUTO}.initialInstanceCount" not in paths:
        auto = attrs.evolve(auto, initial_instance_count=infrastructure.replica)
    if f"{_AUTO}.pendingDuration" in paths and f"{_AUTO}.customRule.pendingDuration" not in paths:
        auto = _with_rule_duration(auto)
    return attrs.evolve(desired, infrastructure=attrs.evolve(infrastructure, auto_scaling=auto))


def _with_rule_duration(auto: AutoScaling) -> AutoScaling:
    if auto.custom_rule is None:
        return auto
    return attrs.evolve(auto, custom_rule=attrs.evolve(auto.custom_rule, pending_duration=auto.pending_duration))
