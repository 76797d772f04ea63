"""What a deployment is going to be after an update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from oci_twin.data_science.bodies.documents import without_nulls

Replaces = Literal["groups", "members"]

#: An update that mentions one of these changes the members that it mentions, and no other.
_MERGED = frozenset(
    {
        "modelDeploymentConfigurationDetails",
        "modelConfigurationDetails",
        "modelGroupConfigurationDetails",
        "infrastructureConfigurationDetails",
    }
)
#: So with these where members are replaced rather than groups.
_GROUPS = frozenset(
    {
        "instanceConfiguration",
        "modelDeploymentInstanceShapeConfigDetails",
        "environmentConfigurationDetails",
        "categoryLogDetails",
    }
)
_DISCRIMINATORS = ("deploymentType", "infrastructureType", "environmentConfigurationType")
#: Says how the change is rolled out, not what it is.
_UPDATE_TYPE = "updateType"


def merged(current: Mapping[str, Any], change: Mapping[str, Any], replaces: Replaces) -> dict[str, Any]:
    """The current details with a change in them; neither is touched.

    Members of the change that are null go. The maps of tags and of environment variables are replaced as a whole.
    """
    inner = _MERGED | _GROUPS if replaces == "members" else _MERGED
    return _without_odd_shape_config(_merge(current, change, inner), change)


def _merge(current: Mapping[str, Any], change: Mapping[str, Any], inner: frozenset[str]) -> dict[str, Any]:
    result = dict(current)
    for key, value in change.items():
        if key == _UPDATE_TYPE:
            continue
        if value is None:
            result.pop(key, None)
        elif key in inner and _same_kind(result.get(key), value):
            result[key] = _merge(result[key], value, inner)
        else:
            result[key] = without_nulls(value)
    return result


def _same_kind(current: object, change: Mapping[str, Any]) -> bool:
    if not isinstance(current, Mapping):
        return False
    return all(current.get(key) == change[key] for key in _DISCRIMINATORS if key in change)


def _without_odd_shape_config(details: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """What a flexible shape was set to goes with the shape, unless the change speaks of it."""
    for section in ("modelConfigurationDetails", "infrastructureConfigurationDetails"):
        instance = _instance(details, section)
        given = _instance(change, section)
        name = "modelDeploymentInstanceShapeConfigDetails"
        if name in instance and not str(instance.get("instanceShapeName")).endswith(".Flex") and name not in given:
            instance.pop(name)
    return details


def _instance(details: Mapping[str, Any], section: str) -> dict[str, Any]:
    configuration = details.get("modelDeploymentConfigurationDetails") or {}
    instance: dict[str, Any] = (configuration.get(section) or {}).get("instanceConfiguration") or {}
    return instance
