"""Where the parts of a deployment's configuration stand, whatever its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Details = Mapping[str, Any]
CONFIGURATION = "modelDeploymentConfigurationDetails"


def configuration(details: Details) -> dict[str, Any]:
    found: dict[str, Any] = details[CONFIGURATION]
    return found


def scaled_section(details: Details) -> dict[str, Any]:
    """The part that has the instances, their number and the bandwidth."""
    own = configuration(details)
    single = own["deploymentType"] == "SINGLE_MODEL"
    found: dict[str, Any] = own["modelConfigurationDetails" if single else "infrastructureConfigurationDetails"]
    return found


def environment(details: Details) -> dict[str, Any]:
    found: dict[str, Any] = configuration(details).get("environmentConfigurationDetails") or {
        "environmentConfigurationType": "DEFAULT"
    }
    return found


def model_id(details: Details) -> str | None:
    """The one model; None where a group is served."""
    found: str | None = (configuration(details).get("modelConfigurationDetails") or {}).get("modelId")
    return found


def group_id(details: Details) -> str | None:
    found: str | None = (configuration(details).get("modelGroupConfigurationDetails") or {}).get("modelGroupId")
    return found


def instance_count(details: Details) -> int:
    """How many instances there are at first."""
    policy = scaled_section(details).get("scalingPolicy") or {"policyType": "FIXED_SIZE", "instanceCount": 1}
    if policy["policyType"] == "AUTOSCALING":
        return int(policy["autoScalingPolicies"][0]["initialInstanceCount"])
    return int(policy["instanceCount"])
