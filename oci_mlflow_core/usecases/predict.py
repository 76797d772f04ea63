"""Calling a deployment."""

from __future__ import annotations

from urllib.parse import urlsplit

from oci_mlflow_core.errors import UnavailableError
from oci_mlflow_core.model.deployment import Answer, LifecycleState
from oci_mlflow_core.model.routes import PREDICT
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.usecases.finding import find_deployment, is_ocid


def predict(service: DeployService, name: str, body: bytes, content_type: str = "application/json") -> Answer:
    """The deployment's answer as it came, whatever its status.

    A display name is looked up, and with it the route of an image of MLflow's; an OCID or URL needs nothing but the
    permission to predict.

    Raises:
        NoSuchDeploymentError: There is none of that name.
        UnavailableError: It cannot be reached.
    """
    return service.predictor.predict(_address(service, name), body, content_type)


def names_directly(name: str) -> bool:
    """Whether the name is an OCID or URL, which needs no look-up."""
    return is_ocid(name) or urlsplit(name).scheme in {"http", "https"}


def _address(service: DeployService, name: str) -> str:
    if names_directly(name):
        return name
    deployment = find_deployment(service.lifecycle, name)
    if deployment.state is LifecycleState.INACTIVE:
        raise UnavailableError(
            f"deployment '{name}' is INACTIVE and does not answer", "'oci-mlflow activate' lets it serve again."
        )
    # its OCID says nothing of another route
    return deployment.id if deployment.predict_route == PREDICT else f"{deployment.url}{deployment.predict_route}"
