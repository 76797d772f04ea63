"""Deployments of every kind, for properties."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import strategies as st

from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import (
    AutoScaling,
    ComputeTarget,
    CpuBaseline,
    CustomScalingRule,
    Infrastructure,
    LogRef,
    NetworkAccessType,
    ScalingType,
    ShapeConfig,
)
from oci_mlflow_core.spec.runtime import ContainerRuntime, HttpEndpoint, HttpMethod

_words = st.text("abcdefghij", min_size=1, max_size=6)
_counts = st.integers(1, 40)
_durations = st.sampled_from(["PT3M", "PT5M", "PT1H"])
_maps = st.dictionaries(_words, _words, max_size=3)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def ocids(kind: str) -> st.SearchStrategy[str]:
    return st.integers(0, 99).map(lambda number: f"ocid1.{kind}.oc1.iad.{number:060}")


_logs = st.builds(LogRef, log_group_id=ocids("loggroup"), log_id=ocids("log"))
_sizes = st.builds(
    ShapeConfig,
    ocpus=st.sampled_from([1, 2, 0.5]),
    memory_in_gbs=st.sampled_from([6, 16.5, 32]),
    cpu_baseline=_maybe(st.sampled_from(CpuBaseline)),
)
_rules = st.builds(
    CustomScalingRule,
    scale_in_query=_words,
    scale_out_query=_words,
    pending_duration=_maybe(_durations),
    instance_count_adjustment=_maybe(_counts),
)
_automatic = {
    "minimum_instance_count": _maybe(_counts),
    "maximum_instance_count": _maybe(_counts),
    # where it is given, a replica beside it means nothing
    "initial_instance_count": st.none(),
    "cool_down_in_seconds": _maybe(st.integers(300, 900)),
    "is_enabled": _maybe(st.booleans()),
}
_by_metric = st.builds(
    AutoScaling,
    scaling_type=st.sampled_from([ScalingType.CPU_UTILIZATION, ScalingType.MEMORY_UTILIZATION]),
    scale_in_threshold=_maybe(st.integers(1, 40)),
    scale_out_threshold=_maybe(st.integers(50, 100)),
    pending_duration=_maybe(_durations),
    **_automatic,
)
_by_query = st.builds(AutoScaling, scaling_type=st.just(ScalingType.CUSTOM), custom_rule=_rules, **_automatic)
_by_target = st.builds(
    AutoScaling,
    scaling_type=st.sampled_from([ScalingType.CPU_UTILIZATION, ScalingType.MEMORY_UTILIZATION]),
    scale_out_threshold=_maybe(st.integers(50, 100)),
    pending_duration=_maybe(_durations),
    **_automatic,
)


def _of_one_network(infrastructure: Infrastructure) -> Infrastructure:
    """The managed kinds exclude a subnet."""
    custom = infrastructure.network_access_type is NetworkAccessType.CUSTOM_NETWORKING
    return infrastructure if custom else attrs.evolve(infrastructure, subnet_id=None)


instances = st.builds(
    Infrastructure,
    shape_name=_maybe(st.sampled_from(["VM.Standard.E4.Flex", "VM.GPU.A10.1", "VM.Standard3.Flex"])),
    replica=_maybe(_counts),
    bandwidth_mbps=_maybe(_counts),
    maximum_bandwidth_mbps=_maybe(_counts),
    access_log=_maybe(_logs),
    predict_log=_maybe(_logs),
    subnet_id=_maybe(ocids("subnet")),
    private_endpoint_id=_maybe(ocids("datascienceprivateendpoint")),
    network_access_type=_maybe(st.sampled_from(NetworkAccessType)),
    capacity_reservation_ids=_maybe(st.lists(ocids("capacityreservation"), min_size=1, max_size=2).map(tuple)),
    auto_scaling=_maybe(_by_metric | _by_query),
).map(_of_one_network)
flexible_instances = st.builds(
    Infrastructure,
    shape_name=st.just("VM.Standard.E4.Flex"),
    shape_config_details=_maybe(_sizes),
    replica=_maybe(_counts),
)
_targets = st.builds(
    ComputeTarget,
    compute_target_id=ocids("datasciencecomputetarget"),
    ocpus=st.sampled_from([1, 2.5]),
    memory_in_gbs=st.sampled_from([8, 12.5]),
    gpu_count=_maybe(_counts),
)
clusters = st.builds(
    Infrastructure,
    compute_target_details=_targets,
    replica=_maybe(_counts),
    access_log=_maybe(_logs),
    auto_scaling=_maybe(_by_target),
)
_endpoints = st.builds(
    HttpEndpoint,
    endpoint_uri_suffix=_words,
    http_methods=st.lists(st.sampled_from(HttpMethod), min_size=1, unique=True).map(tuple),
)
_arguments = st.lists(_words, min_size=1, max_size=2).map(tuple)
containers = st.builds(
    ContainerRuntime,
    image=st.just("iad.ocir.io/ns/repository:tag"),
    image_digest=_maybe(st.just(f"sha256:{'1' * 64}")),
    image_signature_id=_maybe(ocids("containerimagesignature")),
    cmd=_maybe(_arguments),
    entrypoint=_maybe(_arguments),
    server_port=_maybe(st.just(8080)),
    health_check_port=_maybe(st.just(8081)),
    custom_http_endpoints=_maybe(st.lists(_endpoints, min_size=1, max_size=2).map(tuple)),
    predict_api_specification=_maybe(st.just("openai")),
)
_common: dict[str, st.SearchStrategy[Any]] = {
    "name": _words,
    "description": st.just("") | _words,
    "compartment_id": ocids("compartment"),
    "project_id": ocids("datascienceproject"),
    "freeform_tags": _maps,
    "defined_tags": st.dictionaries(_words, _maps.filter(bool), max_size=2),
    "environment_variables": _maps,
    "container": _maybe(containers),
}
single_models = st.builds(
    DesiredDeployment,
    model_id=ocids("datasciencemodel"),
    infrastructure=instances | flexible_instances,
    **_common,
)
model_groups = st.builds(
    DesiredDeployment,
    model_id=st.just(""),
    model_group_id=ocids("datasciencemodelgroup"),
    infrastructure=instances | flexible_instances,
    **_common,
)
on_clusters = st.builds(DesiredDeployment, model_id=ocids("datasciencemodel"), infrastructure=clusters, **_common)
deployments = single_models | model_groups | on_clusters
