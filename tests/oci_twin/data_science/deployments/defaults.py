"""What the service fills in where a deployment says nothing.

Scaling and cool-down defaults stand in the SDK's docstrings; bandwidth and instance count are the console's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oci_twin.data_science.bodies.deployments import CUSTOM_NETWORKING, MANAGED_NETWORKING
from oci_twin.data_science.bodies.scaling import COOL_DOWN

BANDWIDTH_MBPS = 10
_INSTANCE_COUNT = 1
_PENDING_DURATION = "PT3M"
_CONDITIONS = ("scaleInConfiguration", "scaleOutConfiguration")


def filled(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details with every default written out; what was given is not touched."""
    configuration = dict(details["modelDeploymentConfigurationDetails"])
    configuration.setdefault("environmentConfigurationDetails", {"environmentConfigurationType": "DEFAULT"})
    if configuration["deploymentType"] == "SINGLE_MODEL":
        configuration["modelConfigurationDetails"] = _scaled(configuration["modelConfigurationDetails"])
    elif configuration["deploymentType"] == "MODEL_GROUP":
        configuration["infrastructureConfigurationDetails"] = _scaled(
            configuration["infrastructureConfigurationDetails"]
        )
    return {**details, "modelDeploymentConfigurationDetails": configuration}


def _scaled(section: Mapping[str, Any]) -> dict[str, Any]:
    policy = section.get("scalingPolicy") or {"policyType": "FIXED_SIZE", "instanceCount": _INSTANCE_COUNT}
    return {
        "bandwidthMbps": BANDWIDTH_MBPS,
        **section,
        "instanceConfiguration": _instance(section["instanceConfiguration"]),
        "scalingPolicy": _policy(policy),
    }


def _instance(instance: Mapping[str, Any]) -> dict[str, Any]:
    access = CUSTOM_NETWORKING if "subnetId" in instance else MANAGED_NETWORKING[0]
    return {"networkAccessType": access, **instance}


def _policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    if policy["policyType"] != "AUTOSCALING":
        return dict(policy)
    automatic = [{**item, "rules": [_rule(rule) for rule in item["rules"]]} for item in policy["autoScalingPolicies"]]
    return {"coolDownInSeconds": COOL_DOWN, "isEnabled": True, **policy, "autoScalingPolicies": automatic}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    usual = {"pendingDuration": _PENDING_DURATION, "instanceCountAdjustment": 1}
    return {**rule, **{name: {**usual, **rule[name]} for name in _CONDITIONS}}
