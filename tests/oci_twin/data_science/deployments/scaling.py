"""How a deployment may be scaled, and the bandwidth that it may have.

OCI's pages on autoscaling name the constraints; the SDK's docstrings name the placeholder of queries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from oci_twin.data_science.refusals import invalid

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_PENDING_SECONDS = (180, 3600)
_PLACEHOLDER = re.compile(r'\{[^}]*\bresourceId\s*=\s*"MODEL_DEPLOYMENT_OCID"[^}]*\}')
_COMPARISON = re.compile(r"(?:[<>]=?|==|!=)\s*-?\d+(?:\.\d+)?\s*$")


def require_scaling(section: Mapping[str, Any]) -> None:
    """Lets a section pass whose scaling policy and bandwidth the service can keep.

    Raises:
        Refusal: 400.
    """
    policy = section.get("scalingPolicy") or {"policyType": "FIXED_SIZE"}
    if policy["policyType"] == "AUTOSCALING":
        for automatic in policy["autoScalingPolicies"]:
            _require_counts(automatic)
            for rule in automatic["rules"]:
                _require_rule(rule)
    _require_bandwidth(section.get("bandwidthMbps"), section.get("maximumBandwidthMbps"))


def _require_counts(automatic: Mapping[str, Any]) -> None:
    least, first, most = (automatic[f"{name}InstanceCount"] for name in ("minimum", "initial", "maximum"))
    if not least <= first <= most:
        raise invalid(f"initialInstanceCount must be from {least} to {most}, not {first}.")


def _require_rule(rule: Mapping[str, Any]) -> None:
    if "scaleInConfiguration" not in rule:
        return
    down, up = rule["scaleInConfiguration"], rule["scaleOutConfiguration"]
    for condition in (down, up):
        _require_pending(condition.get("pendingDuration"))
        if condition["scalingConfigurationType"] == "QUERY":
            _require_query(condition["query"])
    if down["scalingConfigurationType"] == "THRESHOLD" and down["threshold"] >= up["threshold"]:
        raise invalid(
            f"The threshold for scaling in, {down['threshold']}, must be below that for scaling out, {up['threshold']}."
        )


def _require_pending(duration: str | None) -> None:
    if duration is None:
        return
    match = _DURATION.fullmatch(duration)
    least, most = _PENDING_SECONDS
    if match is None or not any(match.groups()) or not least <= _seconds(match) <= most:
        raise invalid(f"pendingDuration must be from PT3M to PT1H, not {duration!r}.")


def _seconds(match: re.Match[str]) -> int:
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _require_query(query: str) -> None:
    if not _PLACEHOLDER.search(query):
        raise invalid('The query must have the dimension {resourceId="MODEL_DEPLOYMENT_OCID"}.')
    if not _COMPARISON.search(query):
        raise invalid("The query must end in a comparison with a number.")


def _require_bandwidth(bandwidth: int | None, most: int | None) -> None:
    if most is None:
        return
    if bandwidth is None or not bandwidth < most <= 2 * bandwidth:
        raise invalid(f"maximumBandwidthMbps must be above bandwidthMbps and at most twice as much, not {most}.")
