"""Rules about the number of instances."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from oci_mlflow_core.spec.infrastructure import AutoScaling, ScalingType
from oci_mlflow_core.spec.limits.told import INFRASTRUCTURE, Complaint, Told

_AUTO = f"{INFRASTRUCTURE}.autoScaling"


def counts_are_in_order(told: Told) -> Iterator[Complaint]:
    """Counts are in order: minimumInstanceCount ≤ initialInstanceCount (or replica) ≤ maximumInstanceCount.

    Source: Autoscaling model deployments, Data Science documentation.
    """
    auto = _auto_scaling(told)
    if auto is None or told.spec.infrastructure is None:
        return
    counts = [
        (f"{_AUTO}.minimumInstanceCount", auto.minimum_instance_count),
        (f"{_AUTO}.initialInstanceCount", auto.initial_instance_count),
        (f"{_AUTO}.maximumInstanceCount", auto.maximum_instance_count),
    ]
    if auto.initial_instance_count is None:
        counts[1] = (f"{INFRASTRUCTURE}.replica", told.spec.infrastructure.replica)
    given = [(path, count) for path, count in counts if count is not None]
    for (low_path, low), (high_path, high) in pairwise(given):
        if low > high:
            yield Complaint(
                high_path,
                f"expected {_name(low_path)} ({told.quote(low_path, low)}) or more, got {told.quote(high_path, high)}",
            )


def instances_to_begin_with_are_said_once(told: Told) -> Iterator[Complaint]:
    """The instances to begin with are said once: replica, where it is given, is initialInstanceCount.

    Source: oci.data_science.models.AutoScalingPolicy, which has one initialInstanceCount and no place for another.
    """
    auto = _auto_scaling(told)
    if auto is None or told.spec.infrastructure is None:
        return
    replica, initial = told.spec.infrastructure.replica, auto.initial_instance_count
    if replica is None or initial is None or replica == initial:
        return
    path, other = f"{INFRASTRUCTURE}.replica", f"{_AUTO}.initialInstanceCount"
    yield Complaint(
        path,
        f"expected nothing here, or initialInstanceCount ({told.quote(other, initial)}), "
        f"with which autoScaling begins, got {told.quote(path, replica)}",
    )


def thresholds_are_apart(told: Told) -> Iterator[Complaint]:
    """Thresholds are apart: scaleInThreshold < scaleOutThreshold.

    Source: Autoscaling model deployments, Data Science documentation.
    """
    auto = _auto_scaling(told)
    if auto is None or auto.scale_in_threshold is None or auto.scale_out_threshold is None:
        return
    if auto.scale_in_threshold >= auto.scale_out_threshold:
        low, high = f"{_AUTO}.scaleInThreshold", f"{_AUTO}.scaleOutThreshold"
        yield Complaint(
            high,
            f"expected more than scaleInThreshold ({told.quote(low, auto.scale_in_threshold)}), "
            f"got {told.quote(high, auto.scale_out_threshold)}",
        )


def queries_belong_to_custom_scaling(told: Told) -> Iterator[Complaint]:
    """The scalingType custom has a customRule and no thresholds; the others have no customRule.

    Source: oci.data_science.models.CustomMetricExpressionRule and PredefinedMetricExpressionRule, which hold
    queries and thresholds respectively.
    """
    auto = _auto_scaling(told)
    if auto is None or auto.scaling_type is None:
        return
    if auto.scaling_type is not ScalingType.CUSTOM:
        if auto.custom_rule is not None:
            yield Complaint(f"{_AUTO}.customRule", "this is for 'scalingType: custom' only")
        return
    if f"{_AUTO}.customRule" not in told.mentioned:
        yield Complaint(f"{_AUTO}.scalingType", "custom needs a customRule with the queries")
    for name in ("scaleInThreshold", "scaleOutThreshold"):
        if f"{_AUTO}.{name}" in told.mentioned:
            yield Complaint(
                f"{_AUTO}.{name}", "'scalingType: custom' follows the queries of customRule, not thresholds"
            )


def _auto_scaling(told: Told) -> AutoScaling | None:
    return told.spec.infrastructure.auto_scaling if told.spec.infrastructure else None


def _name(path: str) -> str:
    return path.rpartition(".")[2]
