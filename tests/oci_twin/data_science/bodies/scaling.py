"""How many instances serve: ``ScalingPolicy`` and what it is made of."""

from __future__ import annotations

from oci_twin.data_science.bodies.documents import Document, Kinds
from oci_twin.data_science.bodies.values import Flag, Many, Text, Value, Whole

METRICS = ("CPU_UTILIZATION", "MEMORY_UTILIZATION")
#: Seconds; the SDK names it as minimum and default.
COOL_DOWN = 300

_ADJUSTMENT: dict[str, Value] = {"pendingDuration": Text(), "instanceCountAdjustment": Whole(least=1)}

_THRESHOLD = Kinds(
    "scalingConfigurationType",
    {"THRESHOLD": Document(required={"threshold": Whole(least=0, most=100)}, optional=_ADJUSTMENT)},
)
_QUERY = Kinds("scalingConfigurationType", {"QUERY": Document(required={"query": Text()}, optional=_ADJUSTMENT)})

_RULES = Kinds(
    "metricExpressionRuleType",
    {
        "PREDEFINED_EXPRESSION": Document(
            required={
                "metricType": Text(choices=METRICS),
                "scaleInConfiguration": _THRESHOLD,
                "scaleOutConfiguration": _THRESHOLD,
            }
        ),
        "CUSTOM_EXPRESSION": Document(required={"scaleInConfiguration": _QUERY, "scaleOutConfiguration": _QUERY}),
    },
)

_INSTANCE_COUNTS: dict[str, Value] = {
    "maximumInstanceCount": Whole(least=1),
    "minimumInstanceCount": Whole(least=1),
    "initialInstanceCount": Whole(least=1),
}

_THRESHOLD_BASED = Kinds(
    "autoScalingPolicyType", {"THRESHOLD": Document(required={**_INSTANCE_COUNTS, "rules": Many(_RULES, least=1)})}
)

SCALING_POLICY = Kinds(
    "policyType",
    {
        "FIXED_SIZE": Document(required={"instanceCount": Whole(least=1)}),
        "AUTOSCALING": Document(
            required={"autoScalingPolicies": Many(_THRESHOLD_BASED, least=1, most=1)},
            optional={"coolDownInSeconds": Whole(least=COOL_DOWN), "isEnabled": Flag()},
        ),
    },
)

_SCALE_POLICY = Document(
    optional={
        "pendingDuration": Text(),
        "instanceCountAdjustment": Whole(least=1),
        "coolDownInSeconds": Whole(least=0),
    }
)
_TARGET_THRESHOLD = Kinds(
    "targetScalingConfigurationType", {"THRESHOLD": Document(required={"threshold": Whole(least=0, most=100)})}
)
_TARGET_QUERY = Kinds(
    "targetScalingConfigurationType",
    {"QUERY": Document(required={"query": Text(), "threshold": Whole(least=0)}, optional={"metricNamespace": Text()})},
)
_WORKLOAD_RULES = Kinds(
    "metricExpressionRuleType",
    {
        "TARGET_PREDEFINED_EXPRESSION": Document(
            required={"metricType": Text(choices=METRICS), "scaleConfiguration": _TARGET_THRESHOLD}
        ),
        "TARGET_CUSTOM_EXPRESSION": Document(required={"scaleConfiguration": _TARGET_QUERY}),
    },
)

#: Of deployments on a compute cluster of one's own.
WORKLOAD_SCALING_POLICY = Kinds(
    "policyType",
    {
        "FIXED_SIZE": Document(required={"instanceCount": Whole(least=1)}),
        "AUTOSCALING": Document(
            required={
                "autoScalingPolicies": Many(
                    Kinds(
                        "autoScalingPolicyType",
                        {
                            "THRESHOLD": Document(
                                required={**_INSTANCE_COUNTS, "rules": Many(_WORKLOAD_RULES, least=1)},
                                optional={"scaleInPolicy": _SCALE_POLICY, "scaleOutPolicy": _SCALE_POLICY},
                            )
                        },
                    ),
                    least=1,
                    most=1,
                )
            },
            optional={"isEnabled": Flag()},
        ),
    },
)
