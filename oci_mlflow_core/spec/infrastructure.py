"""``spec.infrastructure.spec``: where and on what a deployment runs."""

from __future__ import annotations

import enum

import attrs

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


@attrs.frozen
class ShapeConfig:
    """``shapeConfigDetails``: the size of a flexible shape."""

    ocpus: float | None = key("ocpus", "Number of OCPUs of each instance.", example=4)
    memory_in_gbs: float | None = key(
        "memoryInGBs", "Memory of each instance in gigabytes.", aliases=("memory_in_gbs",), example=32
    )
    cpu_baseline: CpuBaseline | None = key(
        "cpuBaseline", "Share of each OCPU that a burstable instance is guaranteed.", example="BASELINE_1_8"
    )


@attrs.frozen
class LogRef:
    """A log of OCI Logging."""

    log_group_id: str | None = key("logGroupId", "OCID of the log group.")
    log_id: str | None = key("logId", "OCID of the log.")


@attrs.frozen
class CustomScalingRule:
    """A rule over a metric of your own (``scalingType: custom``)."""

    scale_in_query: str | None = key("scaleInQuery", "MQL query that calls for fewer instances when it is true.")
    scale_out_query: str | None = key("scaleOutQuery", "MQL query that calls for more instances when it is true.")
    pending_duration: str | None = key("pendingDuration", "How long the query must be true, ISO 8601.", example="PT3M")
    instance_count_adjustment: int | None = key("instanceCountAdjustment", "Instances added or removed at a time.")


@attrs.frozen
class AutoScaling:
    """``autoScaling``: a number of instances that follows the load."""

    scaling_type: str | None = key(
        "scalingType", "cpu_utilization, memory_utilization or custom.", example="cpu_utilization"
    )
    minimum_instance_count: int | None = key("minimumInstanceCount", "Never fewer instances than this.")
    maximum_instance_count: int | None = key("maximumInstanceCount", "Never more instances than this.")
    initial_instance_count: int | None = key("initialInstanceCount", "Instances to begin with.")
    scale_in_threshold: int | None = key("scaleInThreshold", "Percent below which an instance is removed.")
    scale_out_threshold: int | None = key("scaleOutThreshold", "Percent above which an instance is added.")
    pending_duration: str | None = key("pendingDuration", "How long the threshold must be passed, ISO 8601.")
    cool_down_in_seconds: int | None = key("coolDownInSeconds", "Seconds between two scalings.")
    is_enabled: bool | None = key("isEnabled", "Whether the rule acts.")
    custom_rule: CustomScalingRule | None = key("customRule", "The queries, for scalingType: custom.")


@attrs.frozen
class ComputeTarget:
    """``computeTargetDetails``: a share of a managed compute cluster instead of instances of one's own."""

    compute_target_id: str | None = key("computeTargetId", "OCID of the compute target.")
    ocpus: float | None = key("ocpus", "OCPUs requested.")
    memory_in_gbs: float | None = key("memoryInGBs", "Memory requested in gigabytes.", aliases=("memory_in_gbs",))
    gpu_count: int | None = key("gpuCount", "GPUs requested.")


@attrs.frozen
class Infrastructure:
    """``spec.infrastructure.spec``; every field is None where the file does not mention it."""

    project_id: str | None = key("projectId", "OCID of the Data Science project.")
    compartment_id: str | None = key("compartmentId", "OCID of the compartment.")
    shape_name: str | None = key("shapeName", "Compute shape of each instance.", example="VM.Standard.E4.Flex")
    shape_config_details: ShapeConfig | None = key("shapeConfigDetails", "Size of a flexible shape.")
    replica: int | None = key("replica", "Number of instances.", example=1)
    bandwidth_mbps: int | None = key("bandwidthMbps", "Bandwidth of the load balancer in Mbps.", example=10)
    maximum_bandwidth_mbps: int | None = key(
        "maximumBandwidthMbps", "Bandwidth that the load balancer may grow to, in Mbps."
    )
    log_group_id: str | None = key("logGroupId", "Log group of logId.")
    log_id: str | None = key("logId", "One log for both access and predict; wins over accessLog and predictLog.")
    access_log: LogRef | None = key("accessLog", "Where requests are logged.")
    predict_log: LogRef | None = key("predictLog", "Where the model's own output is logged.")
    web_concurrency: int | None = key("webConcurrency", "Worker processes of each instance (WEB_CONCURRENCY).")
    subnet_id: str | None = key("subnetId", "OCID of a subnet for custom networking.")
    private_endpoint_id: str | None = key("privateEndpointId", "OCID of a private endpoint.")
    network_access_type: NetworkAccessType | None = key("networkAccessType", "Egress of the instances.")
    capacity_reservation_ids: tuple[str, ...] | None = key("capacityReservationIds", "OCIDs of reservations to use.")
    auto_scaling: AutoScaling | None = key("autoScaling", "Lets the number of instances follow the load.")
    compute_target_details: ComputeTarget | None = key("computeTargetDetails", "A managed compute cluster to run on.")
    block_storage_size: int | None = key(
        "blockStorageSize",
        "Accepted for files written for oci-mlflow.",
        unused="OCI Data Science has no such setting for model deployments; it is ignored",
    )
