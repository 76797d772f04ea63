"""What is used of the SDK and not in every version; the floor in pyproject.toml is the first with all of it."""

from __future__ import annotations

import inspect

import pytest
from oci.auth import signers
from oci.data_science import DataScienceClient, models
from oci.object_storage import ObjectStorageClient

WIRE_NAMES = [
    ("InstanceConfiguration", "networkAccessType"),
    ("InstanceConfiguration", "capacityReservationIds"),
    ("InstanceConfiguration", "privateEndpointId"),
    ("ModelConfigurationDetails", "maximumBandwidthMbps"),
    ("InstancePoolInfrastructureConfigurationDetails", "maximumBandwidthMbps"),
    ("ModelDeploymentInstanceShapeConfigDetails", "cpuBaseline"),
    ("OcirModelDeploymentEnvironmentConfigurationDetails", "customHttpEndpoints"),
    ("OcirModelDeploymentEnvironmentConfigurationDetails", "predictApiSpecification"),
    ("OcirModelDeploymentEnvironmentConfigurationDetails", "imageSignatureId"),
    ("ModelGroupDeploymentConfigurationDetails", "modelGroupConfigurationDetails"),
    ("SingleModelDeploymentFlexConfigurationDetails", "infrastructureConfigurationDetails"),
    ("CustomMetricExpressionRule", "scaleOutConfiguration"),
    ("Metadata", "hasArtifact"),
]


@pytest.mark.parametrize(("model", "wire_name"), WIRE_NAMES)
def test_the_sdk_reads_what_a_deployment_file_may_say(model: str, wire_name: str) -> None:
    assert wire_name in getattr(models, model)().attribute_map.values()


@pytest.mark.parametrize("operation", ["create_model_artifact", "export_model_artifact", "create_model_deployment"])
def test_the_sdk_takes_our_retry_tokens(operation: str) -> None:
    assert "opc_retry_token" in inspect.getsource(getattr(DataScienceClient, operation))


def test_the_sdk_keeps_object_names_apart_from_paths() -> None:
    assert "enable_strict_url_encoding" in inspect.getsource(ObjectStorageClient)


@pytest.mark.parametrize("version", ["1.1", "2.1", "2.1.1", "2.1.2", "2.2", "3.0"])
def test_the_sdk_knows_the_versions_of_resource_principals(version: str) -> None:
    assert f'"{version}"' in inspect.getsource(signers.get_resource_principals_signer)
