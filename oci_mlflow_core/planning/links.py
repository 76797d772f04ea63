"""What the registry is told about where a version is served."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from oci_mlflow_core.model.deployment import Deployment

#: The keys that oci-mlflow writes; they hold the latest deployment of a version.
LINK_KEYS = ("model-ocid", "model-deployment-ocid", "model-deployment-endpoint")
_DEPLOYMENT_KEY = "model-deployment-ocid"
#: What every MLflow takes in the key of a tag (mlflow.utils.validation), without the slash, which parts paths.
_NOT_IN_KEYS = re.compile(r"[^\w.\- ]")
#: MLflow takes keys of 250 characters (MAX_MODEL_REGISTRY_TAG_KEY_LENGTH); the longest of `LINK_KEYS` comes before.
_LONGEST_NAME = 200
_DIGITS = 12


def link_tags(deployment: Deployment) -> dict[str, str]:
    """The tags for a version: oci-mlflow's, and the same once more with the deployment's name at the end.

    A version may be served by several deployments; the second set keeps them apart.
    """
    values = dict(zip(LINK_KEYS, (deployment.model_id, deployment.id, deployment.url), strict=True))
    suffix = f".{_in_a_key(deployment.name)}"
    return {**values, **{f"{key}{suffix}": value for key, value in values.items()}}


def unlink_keys(deployment: Deployment, tags: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of a version that speak of a deployment, whatever it was called when they were written."""
    suffixes = [
        key.removeprefix(_DEPLOYMENT_KEY)
        for key, value in tags.items()
        if value == deployment.id and (key == _DEPLOYMENT_KEY or key.startswith(f"{_DEPLOYMENT_KEY}."))
    ]
    return tuple(f"{key}{suffix}" for suffix in suffixes for key in LINK_KEYS if f"{key}{suffix}" in tags)


def is_linked(deployment: Deployment, tags: Mapping[str, str]) -> bool:
    """Whether the version says that the deployment serves it, which is written when everything else is done."""
    return bool(unlink_keys(deployment, tags))


def _in_a_key(name: str) -> str:
    """The name where MLflow takes it, else what it takes of it and some digits that keep two such names apart."""
    taken = _NOT_IN_KEYS.sub("_", name)[:_LONGEST_NAME]
    return taken if taken == name else f"{taken}-{hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]}"
