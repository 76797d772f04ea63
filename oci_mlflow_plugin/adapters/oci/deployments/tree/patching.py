"""Changing a part of what the service has, and leaving all else of it as it is."""

from __future__ import annotations

from typing import Any

#: Where one of these differs, two objects are of different kinds and have nothing to share.
_DISCRIMINATORS = (
    "policyType",
    "autoScalingPolicyType",
    "metricExpressionRuleType",
    "scalingConfigurationType",
    "environmentConfigurationType",
)

#: Free maps, which the service replaces as a whole.
_MAPS = ("environmentVariables", "freeformTags", "definedTags")


def patched(key: str, current: Any, base: Any, wanted: Any) -> Any:  # noqa: ANN401 - JSON
    """What stands below `key`: `current` with the differences that lead from `base` to `wanted`.

    `base` is what of `current` the deployment file has keys for; what it has none for (and OCI's console may have set)
    is in `current` alone, and stays.
    """
    if base == wanted:
        return current
    if key in _MAPS:
        return wanted
    if isinstance(current, dict) and isinstance(base, dict) and isinstance(wanted, dict):
        return wanted if _differ_in_kind(current, wanted) else _patched_object(current, base, wanted)
    if (
        isinstance(current, list)
        and isinstance(base, list)
        and isinstance(wanted, list)
        and _pair(current, base, wanted)
    ):
        return [patched(key, *items) for items in zip(current, base, wanted, strict=True)]
    return wanted


def _patched_object(current: dict[str, Any], base: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    result = {}
    for key in dict.fromkeys([*current, *wanted]):
        if base.get(key) == wanted.get(key):
            result.update({key: current[key]} if key in current else {})
        elif key in wanted:
            result[key] = patched(key, current.get(key), base.get(key), wanted[key])
        else:
            # what is left out might stay as it is
            result[key] = [] if isinstance(current[key], list) else None
    return result


def _differ_in_kind(current: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return any(current.get(name) != wanted.get(name) for name in _DISCRIMINATORS)


def _pair(*lists: list[Any]) -> bool:
    return len({len(each) for each in lists}) == 1 and all(isinstance(item, dict) for each in lists for item in each)
