"""What differs between two versions of a deployment's details, by the groups of OCI's edit rules.

The groups are those of the documentation's page on editing model deployments: name and description, default
configuration (environment variables), models, compute, logging, load balancer bandwidth, and the container.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

Path = tuple[str, ...]
CONFIGURATION = "modelDeploymentConfigurationDetails"


class Group(Enum):
    """What may have to travel alone."""

    IDENTITY = "name and description"
    TAGS = "tags"
    ENVIRONMENT = "environment variables"
    MODEL = "model"
    COMPUTE = "compute"
    REPLICAS = "instance count"
    LOGGING = "logging"
    BANDWIDTH = "bandwidth"
    CONTAINER = "container"
    AUTOSCALING = "autoscaling"
    NETWORKING = "networking"
    ENVIRONMENT_TYPE = "type of the environment"


#: Maps that count as one value.
_WHOLE = frozenset({"freeformTags", "definedTags", "environmentVariables", "scalingPolicy"})

_GROUP_OF_FIELD = {
    "displayName": Group.IDENTITY,
    "description": Group.IDENTITY,
    "freeformTags": Group.TAGS,
    "definedTags": Group.TAGS,
    "bandwidthMbps": Group.BANDWIDTH,
    "maximumBandwidthMbps": Group.BANDWIDTH,
    "modelId": Group.MODEL,
    "modelGroupId": Group.MODEL,
    "modelArtifactSignatureId": Group.MODEL,
    "subnetId": Group.NETWORKING,
    "privateEndpointId": Group.NETWORKING,
    "networkAccessType": Group.NETWORKING,
    "environmentConfigurationType": Group.ENVIRONMENT_TYPE,
}


def changed_groups(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[Group]:
    """The groups of what differs between details of one type; fields with equal values do not count, sent or not."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    groups = {_group(path, before, after) for path in paths}
    if Group.ENVIRONMENT_TYPE in groups:
        groups -= {Group.ENVIRONMENT, Group.CONTAINER}
    return frozenset(groups)


def _leaves(details: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in details.items():
        if isinstance(value, Mapping) and key not in _WHOLE:
            yield from _leaves(value, (*path, key))
        elif value not in ({}, []):
            yield (*path, key), value


def _group(path: Path, before: Mapping[Path, Any], after: Mapping[Path, Any]) -> Group:
    field = path[-1]
    if field in _GROUP_OF_FIELD:
        return _GROUP_OF_FIELD[field]
    if path[0] == "categoryLogDetails":
        return Group.LOGGING
    if field == "scalingPolicy":
        fixed = all(_kind(leaves.get(path)) == "FIXED_SIZE" for leaves in (before, after))
        return Group.REPLICAS if fixed else Group.AUTOSCALING
    if "environmentConfigurationDetails" in path:
        kind = after.get((*path[:-1], "environmentConfigurationType"))
        return Group.CONTAINER if kind == "OCIR_CONTAINER" else Group.ENVIRONMENT
    return Group.COMPUTE


def _kind(policy: object) -> object:
    return policy.get("policyType") if isinstance(policy, Mapping) else None


def on_custom_network(details: Mapping[str, Any]) -> bool:
    """Whether the instances are in a subnet of the customer's."""
    fields = {path[-1]: value for path, value in _leaves(details)}
    return fields.get("networkAccessType") == "CUSTOM_NETWORKING" or "subnetId" in fields
