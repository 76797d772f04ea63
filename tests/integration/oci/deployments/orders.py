"""Models and deployments to order about."""

from __future__ import annotations

from typing import Any

import attrs
from integration.local.rig import BytesArtifact
from integration.oci.deployments.rig import client_of
from oci_twin.twin import Twin

from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.planning.desired import changes_between
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_plugin.adapters.oci.service import OciDeployService

#: What the twin keeps deployments as.
KEPT_AS = "data_science_model_deployment"


def model_in(twin: Twin, data: bytes = b"zip") -> str:
    client = client_of(twin)
    made = client.create_model({"compartmentId": twin.compartment_id, "projectId": twin.project_id}).data.id
    client.create_model_artifact(made, BytesArtifact(data).data)
    return str(made)


def desired_in(twin: Twin, name: str = "fraud", **more: Any) -> DesiredDeployment:
    return DesiredDeployment(name=name, model_id=model_in(twin), **more)


def active_in(twin: Twin, service: OciDeployService, name: str = "fraud", **more: Any) -> Deployment:
    return settled(service, service.lifecycle.create(desired_in(twin, name, **more)))


def settled(service: OciDeployService, deployment: Deployment) -> Deployment:
    for _ in range(10):
        service.connection.clock.sleep(1)
        seen = service.lifecycle.observe(deployment.id).deployment
        if seen.state.is_settled:
            return seen
    raise AssertionError(deployment)


def updated(service: OciDeployService, deployment: Deployment, **infrastructure: Any) -> Deployment:
    """Orders a change of the infrastructure."""
    current = service.lifecycle.describe(deployment.id)
    changed = attrs.evolve(current, infrastructure=attrs.evolve(current.infrastructure, **infrastructure))
    return service.lifecycle.update(deployment.id, changed, changes_between(current, changed))


def infrastructure_of(service: OciDeployService, deployment: Deployment) -> Infrastructure:
    return service.lifecycle.describe(deployment.id).infrastructure


def set_state(twin: Twin, deployment: Deployment, state: LifecycleState, details: str | None = None) -> None:
    """Behind the service's back."""
    record = twin.state.get(KEPT_AS, deployment.id)
    assert record is not None
    record["seen"]["lifecycleState"] = str(state)
    if details is not None:
        record["seen"]["lifecycleDetails"] = details
    twin.state.put(KEPT_AS, deployment.id, record)
