"""``spec.infrastructure.spec``: where and on what a deployment runs."""

from __future__ import annotations

import enum

import attrs

from oci_mlflow_core.spec import values
from oci_mlflow_core.spec.ads_keys import AdsInfrastructureKeys
from oci_mlflow_core.spec.keys import key


class CpuBaseline(str, enum.Enum):
    """Source: oci.data_science.models.ModelDeploymentInstanceShapeConfigDetails.cpu_baseline."""

    BASELINE_1_8 = "BASELINE_1_8"
    BASELINE_1_2 = "BASELINE_1_2"
    BASELINE_1_1 = "BASELINE_1_1"


class NetworkAccessType(str, enum.Enum):
    """Source: oci.data_science.models.InstanceConfiguration.network_access_type."""

    MANAGED_NETWORKING_NO_INTERNET_ACCESS = "MANAGED_NETWORKING_NO_INTERNET_ACCESS"
    MANAGED_NETWORKING_INTERNET_ACCESS = "MANAGED_NETWORKING_INTERNET_ACCESS"
    CUSTOM_NETWORKING = "CUSTOM_NETWORKING"


class ScalingType(str, enum.Enum):
    """The first two as ADS spells them; ``custom`` stands for OCI's CUSTOM_EXPRESSION."""

    CPU_UTILIZATION = "cpu_utilization"
    MEMORY_UTILIZATION = "memory_utilization"
    CUSTOM = "custom"


@attrs.frozen
class ShapeConfig:
    """``shapeConfigDetails``: the size of a flexible shape."""

    ocpus: float | None = key("ocpus", "Number of OCPUs of each instance.", example=4, limit=values.POSITIVE)
    memory_in_gbs: float | None = key(
        "memoryInGBs", "Memory of each instance in gigabytes.", example=32, limit=values.POSITIVE
    )
    cpu_baseline: CpuBaseline | None = key(
        "cpuBaseline",
        "Share of each OCPU that a burstable instance is guaranteed; BASELINE_1_1 (all of it) where it is left out.",
        example="BASELINE_1_8",
    )


@attrs.frozen
class LogRef:
    """A log of OCI Logging."""

    log_group_id: str | None = key(
        "logGroupId",
        "OCID of the log group.",
        example="ocid1.loggroup.oc1.iad..<unique_ID>",
        limit=values.ocid("loggroup"),
        required=True,
    )
    log_id: str | None = key(
        "logId",
        "OCID of the log.",
        example="ocid1.log.oc1.iad..<unique_ID>",
        limit=values.ocid("log"),
        required=True,
    )


@attrs.frozen
class CustomScalingRule:
    """A rule over a metric of your own (``scalingType: custom``)."""

    scale_in_query: str | None = key(
        "scaleInQuery",
        "MQL query that calls for fewer instances when it is true.",
        example='MyMetric[1m]{resourceId = "MODEL_DEPLOYMENT_OCID"}.grouping().mean() < 25',
        limit=values.METRIC_QUERY,
        required=True,
    )
    scale_out_query: str | None = key(
        "scaleOutQuery",
        "MQL query that calls for more instances when it is true.",
        example='MyMetric[1m]{resourceId = "MODEL_DEPLOYMENT_OCID"}.grouping().mean() > 75',
        limit=values.METRIC_QUERY,
        required=True,
    )
    pending_duration: str | None = key(
        "pendingDuration",
        "How long a query must be true, as an ISO 8601 duration; PT3M where it is left out.",
        example="PT3M",
        limit=values.PENDING_DURATION,
    )
    instance_count_adjustment: int | None = key(
        "instanceCountAdjustment", "Instances added or removed at a time.", example=1, limit=values.ONE_OR_MORE
    )


@attrs.frozen
class AutoScaling:
    """``autoScaling``: a number of instances that follows the load."""

    scaling_type: ScalingType | None = key(
        "scalingType", "What the number of instances follows.", example="cpu_utilization", required=True
    )
    minimum_instance_count: int | None = key(
        "minimumInstanceCount", "Never fewer instances than this.", example=1, limit=values.ONE_OR_MORE
    )
    maximum_instance_count: int | None = key(
        "maximumInstanceCount", "Never more instances than this.", example=3, limit=values.ONE_OR_MORE
    )
    initial_instance_count: int | None = key(
        "initialInstanceCount",
        "Instances to begin with; replica where it is left out. Changing it resets the number of a live deployment.",
        example=1,
        limit=values.ONE_OR_MORE,
    )
    scale_in_threshold: int | None = key(
        "scaleInThreshold", "Percent below which an instance is removed.", example=30, limit=values.PERCENT
    )
    scale_out_threshold: int | None = key(
        "scaleOutThreshold", "Percent above which an instance is added.", example=70, limit=values.PERCENT
    )
    pending_duration: str | None = key(
        "pendingDuration",
        "How long a threshold must be passed, as an ISO 8601 duration; PT3M where it is left out.",
        example="PT3M",
        limit=values.PENDING_DURATION,
    )
    cool_down_in_seconds: int | None = key(
        "coolDownInSeconds",
        "Least number of seconds between two scalings; 300 where it is left out.",
        example=300,
        limit=values.COOL_DOWN,
    )
    is_enabled: bool | None = key("isEnabled", "Whether the rule acts.", example=True)
    custom_rule: CustomScalingRule | None = key("customRule", "The queries, for scalingType custom.")


@attrs.frozen
class ComputeTarget:
    """``computeTargetDetails``: a share of a managed compute cluster instead of instances of one's own."""

    compute_target_id: str | None = key(
        "computeTargetId",
        "OCID of the compute target.",
        example="ocid1.datasciencecomputetarget.oc1.iad..<unique_ID>",
        limit=values.ocid(),
        required=True,
    )
    ocpus: float | None = key("ocpus", "OCPUs requested.", example=2, limit=values.POSITIVE, required=True)
    memory_in_gbs: float | None = key(
        "memoryInGBs", "Memory requested, in gigabytes.", example=16, limit=values.POSITIVE, required=True
    )
    gpu_count: int | None = key(
        "gpuCount", "GPUs requested.", example=1, limit=values.at_least(0, "0 or more"), aliases=("gpus",)
    )


@attrs.frozen
class Infrastructure(AdsInfrastructureKeys):
    """``spec.infrastructure.spec``; every field is None where the file does not mention it."""

    project_id: str | None = key(
        "projectId",
        "OCID of the Data Science project.",
        example="ocid1.datascienceproject.oc1.iad..<unique_ID>",
        limit=values.ocid("datascienceproject"),
    )
    compartment_id: str | None = key(
        "compartmentId",
        "OCID of the compartment.",
        example="ocid1.compartment.oc1..<unique_ID>",
        limit=values.ocid("compartment", "tenancy"),
    )
    shape_name: str | None = key(
        "shapeName",
        "Compute shape of each instance.",
        example="VM.Standard.E4.Flex",
        limit=values.matching(r"[A-Za-z0-9._-]+", "the name of a compute shape such as VM.Standard.E4.Flex"),
    )
    shape_config_details: ShapeConfig | None = key("shapeConfigDetails", "Size of a flexible shape.")
    replica: int | None = key("replica", "Number of instances.", example=1, limit=values.ONE_OR_MORE)
    bandwidth_mbps: int | None = key(
        "bandwidthMbps", "Bandwidth of the load balancer in Mbps.", example=10, limit=values.ONE_OR_MORE
    )
    maximum_bandwidth_mbps: int | None = key(
        "maximumBandwidthMbps",
        "Bandwidth that the load balancer may grow to, in Mbps; at most twice bandwidthMbps.",
        example=20,
        limit=values.ONE_OR_MORE,
    )
    log_group_id: str | None = key(
        "logGroupId",
        "Log group of logId.",
        example="ocid1.loggroup.oc1.iad..<unique_ID>",
        limit=values.ocid("loggroup"),
    )
    log_id: str | None = key(
        "logId",
        "One log for both requests and the model's own output; wins over accessLog and predictLog.",
        example="ocid1.log.oc1.iad..<unique_ID>",
        limit=values.ocid("log"),
    )
    access_log: LogRef | None = key("accessLog", "Where requests are logged.")
    predict_log: LogRef | None = key("predictLog", "Where the model's own output is logged.")
    web_concurrency: int | None = key(
        "webConcurrency",
        "Worker processes of each instance (WEB_CONCURRENCY).",
        example=2,
        limit=values.ONE_OR_MORE,
        quotable=True,
    )
    subnet_id: str | None = key(
        "subnetId",
        "OCID of a subnet for custom networking.",
        example="ocid1.subnet.oc1.iad..<unique_ID>",
        limit=values.ocid("subnet"),
    )
    private_endpoint_id: str | None = key(
        "privateEndpointId",
        "OCID of a Data Science private endpoint.",
        example="ocid1.datascienceprivateendpoint.oc1.iad..<unique_ID>",
        limit=values.ocid("datascienceprivateendpoint"),
    )
    network_access_type: NetworkAccessType | None = key(
        "networkAccessType", "What the instances can reach.", example="MANAGED_NETWORKING_NO_INTERNET_ACCESS"
    )
    capacity_reservation_ids: tuple[str, ...] | None = key(
        "capacityReservationIds",
        "OCIDs of the capacity reservations to use.",
        example=["ocid1.capacityreservation.oc1.iad..<unique_ID>"],
        items=values.ocid("capacityreservation"),
    )
    auto_scaling: AutoScaling | None = key("autoScaling", "Lets the number of instances follow the load.")
    compute_target_details: ComputeTarget | None = key(
        "computeTargetDetails", "A managed compute cluster to run on, instead of instances of a shape."
    )
