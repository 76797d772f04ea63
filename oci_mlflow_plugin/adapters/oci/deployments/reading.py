"""Deployments as the SDK gives them, in the core's words."""

from __future__ import annotations

from typing import Any

import attrs

from oci_mlflow_core.errors import NoSuchDeploymentError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.model.routes import predict_route
from oci_mlflow_plugin.adapters.oci.deployments.tree.layout import sections_of
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError


@attrs.frozen(kw_only=True)
class Found:
    """One deployment, as it is and as the service writes it."""

    deployment: Deployment
    tree: Plain
    compartment_id: str
    #: Where the model's own output is logged, whether it is or not.
    has_predict_log: bool
    #: For if-match; empty where the service gives none.
    etag: str

    @property
    def condition(self) -> dict[str, Any]:
        """That nobody has changed it since, as an argument of the SDK."""
        return {"if_match": self.etag} if self.etag else {}


def found(connection: Connection, deployment_id: str) -> Found:
    """The deployment of that OCID.

    Raises:
        NoSuchDeploymentError: There is none, or it was deleted.
        DeploymentError: The service does not tell.
    """
    client = connection.data_science
    what = f"read the deployment {deployment_id}"
    try:
        response = call(connection.clock, what, client.get_model_deployment, deployment_id)
    except AbsentOrForbiddenError as refusal:
        raise none_such(deployment_id) from refusal
    deployment, tree = deployment_of(response.data, connection), tree_of(response.data, connection)
    if deployment.state is LifecycleState.DELETED:
        raise none_such(deployment_id)
    return Found(
        deployment=deployment,
        tree=tree,
        compartment_id=response.data.compartment_id,
        has_predict_log=bool((tree.get("categoryLogDetails") or {}).get("predict")),
        etag=str(response.headers.get("etag") or ""),
    )


def tree_of(model: Any, connection: Connection) -> Plain:  # noqa: ANN401 - the SDK has no types
    """A deployment of the SDK as the service writes it."""
    tree: Plain = connection.data_science.base_client.sanitize_for_serialization(model)
    return tree


def deployment_of(model: Any, connection: Connection) -> Deployment:  # noqa: ANN401 - the SDK has no types
    """A deployment of the SDK, or the summary of one, which does not say why it is in its state."""
    tree = tree_of(model, connection)
    return Deployment(
        id=model.id,
        name=model.display_name or "",
        state=_state(model.lifecycle_state),
        url=model.model_deployment_url or "",
        predict_route=_predict_route(tree),
        model_id=sections_of(tree).get("modelId") or "",
        lifecycle_details=getattr(model, "lifecycle_details", None) or "",
        time_created=model.time_created.isoformat() if model.time_created else "",
        freeform_tags=dict(model.freeform_tags or {}),
    )


def _state(name: str) -> LifecycleState:
    """A state that OCI has had since this version was made is one that somebody should look at."""
    return LifecycleState(name) if name in set(LifecycleState) else LifecycleState.NEEDS_ATTENTION


def none_such(deployment_id: str) -> NoSuchDeploymentError:
    """The error for what is not there; OCI answers alike for what the caller may not see."""
    return NoSuchDeploymentError(
        f"there is no deployment {deployment_id}, or the caller may not see it",
        "'mlflow deployments list' shows those of the compartment and project.",
    )


def _predict_route(tree: Plain) -> str:
    configuration = tree.get("modelDeploymentConfigurationDetails") or {}
    environment = configuration.get("environmentConfigurationDetails") or {}
    endpoints = environment.get("customHttpEndpoints") or ()
    return predict_route((endpoint["endpointUriSuffix"], endpoint["httpMethods"]) for endpoint in endpoints)
