"""What the registry is told about where a version is served."""

from __future__ import annotations

from oci_mlflow_core.model.deployment import Deployment

#: The keys that oci-mlflow writes; they hold the latest deployment of a version.
LINK_KEYS = ("model-ocid", "model-deployment-ocid", "model-deployment-endpoint")


def link_tags(deployment: Deployment) -> dict[str, str]:
    """The tags for a version: oci-mlflow's, and the same once more with the deployment's name at the end.

    A version may be served by several deployments; the second set keeps them apart.
    """
    values = dict(zip(LINK_KEYS, (deployment.model_id, deployment.id, deployment.url), strict=True))
    return {**values, **{f"{key}.{deployment.name}": value for key, value in values.items()}}


def unlink_keys(deployment: Deployment) -> tuple[str, ...]:
    """The keys to remove when a deployment is gone."""
    return (*LINK_KEYS, *(f"{key}.{deployment.name}" for key in LINK_KEYS))
