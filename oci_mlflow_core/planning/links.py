"""What the registry is told about where a version is served."""

from __future__ import annotations

import re
from collections.abc import Mapping

from oci_mlflow_core.model.deployment import Deployment

#: The keys that oci-mlflow writes; they hold the latest deployment of a version.
LINK_KEYS = ("model-ocid", "model-deployment-ocid", "model-deployment-endpoint")
_DEPLOYMENT_KEY = "model-deployment-ocid"
#: What MLflow takes in the key of a tag (mlflow.utils.validation), without the slash, which it takes in some places.
_NOT_IN_KEYS = re.compile(r"[^\w.\- :]")


def link_tags(deployment: Deployment) -> dict[str, str]:
    """The tags for a version: oci-mlflow's, and the same once more with the deployment's name at the end.

    A version may be served by several deployments; the second set keeps them apart.
    """
    values = dict(zip(LINK_KEYS, (deployment.model_id, deployment.id, deployment.url), strict=True))
    return {**values, **{_suffixed(key, deployment): value for key, value in values.items()}}


def unlink_keys(deployment: Deployment, tags: Mapping[str, str]) -> tuple[str, ...]:
    """The keys to remove when a deployment is gone: its own set, and oci-mlflow's where they speak of it."""
    own = tuple(_suffixed(key, deployment) for key in LINK_KEYS)
    return (*LINK_KEYS, *own) if tags.get(_DEPLOYMENT_KEY) == deployment.id else own


def is_linked(deployment: Deployment, tags: Mapping[str, str]) -> bool:
    """Whether the version says that the deployment serves it, which is written when everything else is done."""
    return tags.get(_suffixed(_DEPLOYMENT_KEY, deployment)) == deployment.id


def _suffixed(key: str, deployment: Deployment) -> str:
    return f"{key}.{_NOT_IN_KEYS.sub('_', deployment.name)}"
