"""Keys that files written for ADS or oci-mlflow may hold, and that nothing is done with.

They are read and checked like all others, so that such files work unchanged, and a note tells that they have no use.
"""

from __future__ import annotations

import enum

import attrs

from oci_mlflow_core.spec.keys import key

_OF_THE_COMMAND = "it comes from the command's target, profile and -m; it is ignored"


class DeploymentMode(str, enum.Enum):
    """Source: ADS knows STREAM_ONLY too, which OCI's public API does not have."""

    HTTPS_ONLY = "HTTPS_ONLY"


_OF_THE_SERVICE = "the service says this about a deployment that it runs; it is ignored"


@attrs.frozen
class AdsDeploymentKeys:
    """Keys of ``spec`` that ADS writes for a deployment that exists. Source: ADS ModelDeployment."""

    id: str | None = key("id", "Written by ADS.", unused=_OF_THE_SERVICE)
    created_by: str | None = key("createdBy", "Written by ADS.", unused=_OF_THE_SERVICE)
    time_created: str | None = key("timeCreated", "Written by ADS.", unused=_OF_THE_SERVICE)
    lifecycle_state: str | None = key("lifecycleState", "Written by ADS.", unused=_OF_THE_SERVICE)
    lifecycle_details: str | None = key("lifecycleDetails", "Written by ADS.", unused=_OF_THE_SERVICE)
    model_deployment_url: str | None = key("modelDeploymentUrl", "Written by ADS.", unused=_OF_THE_SERVICE)


@attrs.frozen
class AdsInfrastructureKeys:
    """Keys of ``infrastructure.spec`` without a use here. Source: ADS ModelDeploymentInfrastructure."""

    block_storage_size: int | None = key(
        "blockStorageSize",
        "Accepted for files written for oci-mlflow.",
        unused="OCI Data Science has no such setting for model deployments; it is ignored",
        example=50,
    )
    policy_type: str | None = key(
        "policyType",
        "Accepted for files written for ADS.",
        unused="it follows from replica and autoScaling; it is ignored",
        example="FIXED_SIZE",
    )
    deployment_type: str | None = key(
        "deploymentType",
        "Accepted for files written for ADS.",
        unused="it follows from modelGroupId and computeTargetDetails; it is ignored",
        example="SINGLE_MODEL",
    )


@attrs.frozen
class AdsRuntimeKeys:
    """Keys of ``runtime.spec`` without a use here. Source: ADS ModelDeploymentRuntime."""

    deployment_mode: DeploymentMode | None = key(
        "deploymentMode",
        "Accepted for files written for ADS, which deploys over HTTPS as this does.",
        unused="every deployment answers over HTTPS; it is ignored",
    )
    input_stream_ids: tuple[str, ...] | None = key(
        "inputStreamIds",
        "Accepted for files written for ADS.",
        unused="OCI's public API has no streams for model deployments; it is ignored",
    )
    output_stream_ids: tuple[str, ...] | None = key(
        "outputStreamIds",
        "Accepted for files written for ADS.",
        unused="OCI's public API has no streams for model deployments; it is ignored",
    )
    model_uri: str | None = key(
        "modelUri",
        "Accepted for files written for ADS.",
        unused="the model is the one that the command names with -m; it is ignored",
    )
    bucket_uri: str | None = key(
        "bucketUri",
        "Accepted for files written for ADS.",
        unused="artifacts are uploaded without a bucket in between; it is ignored",
    )
    auth: str | None = key("auth", "Accepted for files written for ADS.", unused=_OF_THE_COMMAND)
    region: str | None = key("region", "Accepted for files written for ADS.", unused=_OF_THE_COMMAND)
    timeout: int | None = key(
        "timeout",
        "Accepted for files written for ADS.",
        unused="-C timeout=SECONDS says how long to wait; it is ignored",
    )
    overwrite_existing_artifact: bool | None = key(
        "overwriteExistingArtifact",
        "Accepted for files written for ADS.",
        unused="artifacts are uploaded without a bucket in between; it is ignored",
    )
    remove_existing_artifact: bool | None = key(
        "removeExistingArtifact",
        "Accepted for files written for ADS.",
        unused="artifacts are uploaded without a bucket in between; it is ignored",
    )
