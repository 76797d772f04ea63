from __future__ import annotations

from typing import Any

from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure, ShapeConfig
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_plugin.adapters.local.containers.settings import ContainerSettings, settings_of

IMAGE = "iad.ocir.io/namespace/fraud:1"


def settings(infrastructure: Infrastructure | None = None, **runtime: Any) -> ContainerSettings:
    container = ContainerRuntime(**{"image": IMAGE, **runtime})
    desired = DesiredDeployment(
        name="fraud",
        model_id="ocid1.model",
        container=container,
        infrastructure=infrastructure or Infrastructure(),
        environment_variables=container.environment_variables,
    )
    return settings_of("ocid1.deployment", desired, container, 600)


def flexible(shape: str, ocpus: float, memory: float) -> Infrastructure:
    return Infrastructure(shape_name=shape, shape_config_details=ShapeConfig(ocpus=ocpus, memory_in_gbs=memory))
