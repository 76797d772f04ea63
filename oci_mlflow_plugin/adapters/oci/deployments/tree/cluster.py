"""A share of a managed compute cluster: resources, and how many replicas of the workload."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.spec.infrastructure import AutoScaling, ComputeTarget, Infrastructure, ScalingType
from oci_mlflow_plugin.adapters.oci.deployments.tree import defaults
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain, number, without_none
from oci_mlflow_plugin.adapters.oci.deployments.tree.scaling import (
    AUTOMATIC,
    counts,
    first_details,
    fixed_size,
    metric_type,
    read_metric_type,
    with_counts,
)

_AUTO = "spec.infrastructure.spec.autoScaling"


def resource_configuration(target: ComputeTarget) -> Plain:
    """``modelDeploymentResourceConfiguration``: what each replica asks the cluster for."""
    request = without_none(ocpus=target.ocpus, memoryInGBs=target.memory_in_gbs, gpus=target.gpu_count)
    return {"resourceRequestConfiguration": request}


def read_compute_target(target_id: str, resources: Plain | None) -> ComputeTarget:
    """``computeTargetDetails``."""
    request = (resources or {}).get("resourceRequestConfiguration") or {}
    return ComputeTarget(
        compute_target_id=target_id,
        ocpus=number(request.get("ocpus")),
        memory_in_gbs=number(request.get("memoryInGBs")),
        gpu_count=request.get("gpus"),
    )


def workload_policy(infrastructure: Infrastructure) -> Plain:
    """The ``scalingPolicy`` of a workload, complete; it aims at one value of a metric rather than at two thresholds.

    Source: oci.data_science.models.ManagedComputeClusterWorkloadThresholdBasedPolicyDetails and
    TargetPredefinedMetricExpressionRule.

    Raises:
        InvalidRequestError: The policy holds what a workload cannot follow.
    """
    auto = infrastructure.auto_scaling
    if auto is None:
        return fixed_size(infrastructure)
    _refuse_what_has_no_place(auto)
    pace = without_none(pendingDuration=auto.pending_duration, coolDownInSeconds=auto.cool_down_in_seconds)
    paces = {"scaleInPolicy": pace, "scaleOutPolicy": pace} if pace else {}
    details = {**counts(infrastructure, auto), "rules": [_rule(auto)], **paces}
    return {"policyType": AUTOMATIC, "isEnabled": auto.is_enabled is not False, "autoScalingPolicies": [details]}


def with_workload_policy(infrastructure: Infrastructure, policy: Plain | None) -> Infrastructure:
    """`infrastructure` with what the ``scalingPolicy`` of a workload says."""
    details = first_details(policy)
    if details is None:
        return attrs.evolve(infrastructure, replica=(policy or {}).get("instanceCount"), auto_scaling=None)
    rule = (details.get("rules") or [{}])[0]
    pace = details.get("scaleOutPolicy") or {}
    auto = AutoScaling(
        scaling_type=read_metric_type(rule.get("metricType")),
        scale_out_threshold=_percent(rule),
        pending_duration=pace.get("pendingDuration"),
        cool_down_in_seconds=pace.get("coolDownInSeconds"),
        is_enabled=(policy or {}).get("isEnabled"),
    )
    counted = with_counts(auto, details)
    return attrs.evolve(infrastructure, replica=counted.initial_instance_count, auto_scaling=counted)


def _percent(rule: Plain) -> int | None:
    """The service has a number with a fraction where the file has whole percents."""
    threshold = (rule.get("scaleConfiguration") or {}).get("threshold")
    return None if threshold is None else round(threshold)


def _rule(auto: AutoScaling) -> Plain:
    aim = auto.scale_out_threshold if auto.scale_out_threshold is not None else defaults.SCALE_OUT_THRESHOLD
    return {
        "metricExpressionRuleType": "TARGET_PREDEFINED_EXPRESSION",
        "metricType": metric_type(auto),
        "scaleConfiguration": {"targetScalingConfigurationType": "THRESHOLD", "threshold": aim},
    }


def _refuse_what_has_no_place(auto: AutoScaling) -> None:
    if auto.scaling_type is ScalingType.CUSTOM:
        raise InvalidRequestError(
            f"{_AUTO}.scalingType: a compute target (computeTargetDetails) takes no custom queries",
            "Take cpu_utilization or memory_utilization with a scaleOutThreshold.",
        )
    if auto.scale_in_threshold is not None:
        raise InvalidRequestError(
            f"{_AUTO}.scaleInThreshold: a compute target (computeTargetDetails) keeps one value, scaleOutThreshold",
            "Leave scaleInThreshold out.",
        )
