"""How many instances of one's own: a fixed number, or one that follows the load (``scalingPolicy``)."""

from __future__ import annotations

import attrs

from oci_mlflow_core.spec.infrastructure import AutoScaling, CustomScalingRule, Infrastructure, ScalingType
from oci_mlflow_plugin.adapters.oci.deployments.tree import defaults
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain, without_none

FIXED = "FIXED_SIZE"
AUTOMATIC = "AUTOSCALING"


def scaling_policy(infrastructure: Infrastructure) -> Plain:
    """The policy, complete.

    Source: oci.data_science.models.FixedSizeScalingPolicy and AutoScalingPolicy.
    """
    auto = infrastructure.auto_scaling
    if auto is None:
        return fixed_size(infrastructure)
    return without_none(
        policyType=AUTOMATIC,
        coolDownInSeconds=auto.cool_down_in_seconds,
        isEnabled=auto.is_enabled is not False,
        autoScalingPolicies=[{**counts(infrastructure, auto), "rules": [_rule(auto)]}],
    )


def with_scaling(infrastructure: Infrastructure, policy: Plain | None) -> Infrastructure:
    """`infrastructure` with what a ``scalingPolicy`` says; of a policy with several rules the first is read."""
    details = first_details(policy)
    if details is None:
        return attrs.evolve(infrastructure, replica=(policy or {}).get("instanceCount"), auto_scaling=None)
    rules = details.get("rules") or [{}]
    auto = attrs.evolve(
        with_counts(_read_rule(rules[0]), details),
        cool_down_in_seconds=(policy or {}).get("coolDownInSeconds"),
        is_enabled=(policy or {}).get("isEnabled"),
    )
    return attrs.evolve(infrastructure, replica=auto.initial_instance_count, auto_scaling=auto)


def fixed_size(infrastructure: Infrastructure) -> Plain:
    """A fixed number of instances."""
    return {"policyType": FIXED, "instanceCount": infrastructure.replica or defaults.REPLICA}


def counts(infrastructure: Infrastructure, auto: AutoScaling) -> Plain:
    """The three counts of a threshold policy, in order where the file leaves some of them out."""
    least = auto.minimum_instance_count or defaults.MINIMUM_INSTANCES
    initial = auto.initial_instance_count or infrastructure.replica or least
    return {
        "autoScalingPolicyType": "THRESHOLD",
        "minimumInstanceCount": least,
        "maximumInstanceCount": auto.maximum_instance_count or max(defaults.MAXIMUM_INSTANCES, initial),
        "initialInstanceCount": initial,
    }


def with_counts(auto: AutoScaling, details: Plain) -> AutoScaling:
    """`auto` with the three counts of a threshold policy."""
    return attrs.evolve(
        auto,
        minimum_instance_count=details.get("minimumInstanceCount"),
        maximum_instance_count=details.get("maximumInstanceCount"),
        initial_instance_count=details.get("initialInstanceCount"),
    )


def first_details(policy: Plain | None) -> Plain | None:
    """The only item of ``autoScalingPolicies``; None for a policy of a fixed size."""
    if not policy or policy.get("policyType") != AUTOMATIC:
        return None
    found: Plain = (policy.get("autoScalingPolicies") or [{}])[0]
    return found


def _rule(auto: AutoScaling) -> Plain:
    if auto.scaling_type is ScalingType.CUSTOM:
        return _custom_rule(auto)
    pending = auto.pending_duration
    low = auto.scale_in_threshold if auto.scale_in_threshold is not None else defaults.SCALE_IN_THRESHOLD
    high = auto.scale_out_threshold if auto.scale_out_threshold is not None else defaults.SCALE_OUT_THRESHOLD
    return {
        "metricExpressionRuleType": "PREDEFINED_EXPRESSION",
        "metricType": metric_type(auto),
        "scaleInConfiguration": _configuration("THRESHOLD", threshold=low, pendingDuration=pending),
        "scaleOutConfiguration": _configuration("THRESHOLD", threshold=high, pendingDuration=pending),
    }


def metric_type(auto: AutoScaling) -> str:
    """The service's name of the metric; the CPU's where the file does not say."""
    return (auto.scaling_type or ScalingType.CPU_UTILIZATION).value.upper()


def read_metric_type(name: str | None) -> ScalingType | None:
    """The metric as the file spells it; None for one that is not known."""
    return next((kind for kind in ScalingType if kind.value.upper() == name), None)


def _custom_rule(auto: AutoScaling) -> Plain:
    rule = auto.custom_rule or CustomScalingRule()
    common = {
        "pendingDuration": rule.pending_duration or auto.pending_duration,
        "instanceCountAdjustment": rule.instance_count_adjustment,
    }
    return {
        "metricExpressionRuleType": "CUSTOM_EXPRESSION",
        "scaleInConfiguration": _configuration("QUERY", query=rule.scale_in_query, **common),
        "scaleOutConfiguration": _configuration("QUERY", query=rule.scale_out_query, **common),
    }


def _configuration(kind: str, **values: object) -> Plain:
    return without_none(scalingConfigurationType=kind, **values)


def _read_rule(rule: Plain) -> AutoScaling:
    low, high = rule.get("scaleInConfiguration") or {}, rule.get("scaleOutConfiguration") or {}
    pending = high.get("pendingDuration")
    if rule.get("metricExpressionRuleType") != "CUSTOM_EXPRESSION":
        return AutoScaling(
            scaling_type=read_metric_type(rule.get("metricType")),
            scale_in_threshold=low.get("threshold"),
            scale_out_threshold=high.get("threshold"),
            pending_duration=pending,
        )
    custom = CustomScalingRule(
        scale_in_query=low.get("query"),
        scale_out_query=high.get("query"),
        pending_duration=pending,
        instance_count_adjustment=high.get("instanceCountAdjustment"),
    )
    return AutoScaling(scaling_type=ScalingType.CUSTOM, custom_rule=custom, pending_duration=pending)
