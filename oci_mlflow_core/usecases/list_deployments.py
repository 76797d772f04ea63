"""Which deployments there are."""

from __future__ import annotations

from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.deploy_service import DeployService


def list_deployments(service: DeployService) -> tuple[Deployment, ...]:
    """All deployments of the target, newest first; those that were deleted are not among them."""
    return tuple(service.lifecycle.list())
