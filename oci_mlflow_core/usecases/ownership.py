"""Whether a catalog model was made by this project, and may be deleted by it."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.model.deployment import MODEL_URI_TAG, RUN_TAG, Deployment
from oci_mlflow_core.usecases.leftovers import Leftover
from oci_mlflow_core.usecases.ports import Ports


def made_here(ports: Ports, deployment: Deployment, leftovers: Iterable[Leftover] = ()) -> bool:
    """Whether the model that the deployment serves was registered by this project, and not by somebody's own means.

    The model's own tags say so (those of the deployment stay when its model is changed in OCI's console), or
    `leftovers`, which is what interrupted commands recorded about the deployment.

    Raises:
        DeploymentError: The catalog cannot be asked.
    """
    if not deployment.model_id:
        return False
    if any(item.record.kind == "model" and item.resource_id == deployment.model_id for item in leftovers):
        return True
    tags = deployment.freeform_tags
    return any(
        model.id == deployment.model_id and RUN_TAG in model.freeform_tags
        for tag in (MODEL_URI_TAG, RUN_TAG)
        if tags.get(tag)
        for model in ports.service.catalog.find({tag: tags[tag]})
    )
